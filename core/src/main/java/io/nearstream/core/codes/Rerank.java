package io.nearstream.core.codes;

import io.nearstream.core.model.CodeKind;

/**
 * How many candidates of a code are looked at again: what docs/performance.md measured for a
 * recall@10 of .995, rounded up, per hit.
 */
final class Rerank {
    /** From so many dimensions on, one bit of each is enough for few candidates. */
    private static final int MANY_DIMENSIONS = 512;

    private Rerank() {}

    static int of(CodeKind kind, int k, int dimensions) {
        long perHit =
                switch (kind) {
                    case VECTOR -> 1;
                    case FLOAT16, INT8, RABITQ_4 -> 2;
                    case RABITQ_1 -> dimensions >= MANY_DIMENSIONS ? 3 : 30;
                    case PRODUCT -> 50;
                };
        return (int) Math.min(Integer.MAX_VALUE, perHit * k);
    }
}
