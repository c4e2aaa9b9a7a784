package io.nearstream.bench;

import java.util.OptionalLong;

/** Is told how far a benchmark is; for people who wait. */
public interface BenchProgress {
    /** Tells nobody. */
    BenchProgress NONE =
            new BenchProgress() {
                @Override
                public Stage begin(String name, OptionalLong total) {
                    return done -> {};
                }

                @Override
                public void say(String line) {}
            };

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

    /** Tells of something that may take minutes, in a line that stays. */
    void say(String line);
}
