package io.nearstream.bench;

import java.util.OptionalLong;

/** Is told how far a benchmark is; for people who wait. */
@FunctionalInterface
public interface BenchProgress {
    /** Tells nobody. */
    BenchProgress NONE = (name, total) -> done -> {};

    /** One part of the work. */
    @FunctionalInterface
    interface Stage extends AutoCloseable {
        /** So many steps of this part are done. */
        void to(long done);

        @Override
        default void close() {}
    }

    /**
     * Begins a part of the work.
     *
     * @param total how many steps it will have, where that is known
     */
    Stage begin(String name, OptionalLong total);
}
