package io.nearstream.bench.cluster;

import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** Sends operations of a kind. Called by one thread; answers come on any. */
@FunctionalInterface
interface Traffic {
    /**
     * Sends the next operation.
     *
     * @param random decides which
     * @return whether the answer was right; fails where there was none
     */
    CompletableFuture<Boolean> next(SplittableRandom random);
}
