package io.nearstream.bench.keyvalue;

import java.util.SplittableRandom;

/**
 * What one thread does, in its order. Where the keys to choose from are known beforehand, all is
 * drawn before the clock starts: a cached get takes less time than the choice of its key, and the
 * atomic count of it would keep the processor from working on the next one meanwhile. Each
 * operation is counted on its key, see {@link SubtaskLoad}. Not thread-safe.
 */
final class Draws {
    /** 64 MiB; a longer run begins again with the first. */
    static final int DRAWN_MAX = 1 << 24;

    private static final int PERCENT = 100;
    private static final int KEY_BITS = 28;
    private static final int KEY_MASK = (1 << KEY_BITS) - 1;
    private static final Operation[] OPERATIONS = Operation.values();

    private final Workload workload;
    private final KeyChooser chooser;
    private final SplittableRandom random;
    private final KeySpace keys;
    private final int[] drawn;
    private int at;

    /**
     * Of so many operations.
     *
     * @param chooser one of its own
     * @param random its own
     */
    Draws(
            Workload workload,
            KeyChooser chooser,
            SplittableRandom random,
            KeySpace keys,
            long count) {
        this.workload = workload;
        this.chooser = chooser;
        this.random = random;
        this.keys = keys;
        // Which keys there will be to choose from, only the inserts themselves tell.
        this.drawn = new int[workload.inserts() ? 0 : (int) Math.min(DRAWN_MAX, count)];
        for (int i = 0; i < drawn.length; i++) {
            long times = count / drawn.length + (i < count % drawn.length ? 1 : 0);
            drawn[i] = draw(Math.toIntExact(times));
        }
    }

    private int draw(int times) {
        Operation operation = workload.operation(random.nextInt(PERCENT));
        int key = operation == Operation.INSERT ? keys.insert() : chooser.next(random);
        keys.use(key, operation == Operation.READ_MODIFY_WRITE ? 2 * times : times);
        return operation.ordinal() << KEY_BITS | key;
    }

    /** The next operation with its key, for {@link #operation} and {@link #key}. */
    int next() {
        if (drawn.length == 0) {
            return draw(1);
        }
        int next = drawn[at];
        at = at + 1 < drawn.length ? at + 1 : 0;
        return next;
    }

    static Operation operation(int draw) {
        return OPERATIONS[draw >>> KEY_BITS];
    }

    static int key(int draw) {
        return draw & KEY_MASK;
    }
}
