package io.nearstream.chaos.history;

import java.util.function.Consumer;

/** All operations of a run. May be gone through more than once, and need not fit into memory. */
public interface History {
    /**
     * What a run is about.
     *
     * @param seed that {@link Content} is made from
     * @param collection whose records are written; the run's own
     * @param keyPrefix that every key of the run starts with, and no other key
     */
    record Subject(long seed, String collection, String keyPrefix) {}

    /**
     * A look at the jobs.
     *
     * @param at when, nanoseconds on the clock of the journal
     * @param epoch another number whenever a job may have gone back to a checkpoint; -1 if nobody
     *     can tell
     */
    record Look(long at, long epoch) {
        /** Nobody could tell. */
        public static final long UNKNOWN = -1;
    }

    /** What the run is about. */
    Subject subject();

    /** Each operation, in the order of their ends; those without one last. */
    void forEach(Consumer<Operation> visitor);

    /** Each look at the jobs, in order. */
    void forEachLook(Consumer<Look> visitor);
}
