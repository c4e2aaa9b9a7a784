package io.nearstream.migrate;

/** Hears how far an export or an import is. Called by one thread. */
@FunctionalInterface
public interface StepListener {
    /** There will be no total. */
    long UNKNOWN = -1;

    /**
     * How far the step is.
     *
     * @param total {@link #UNKNOWN} where that is not known
     */
    void at(long done, long total);

    /**
     * Another step begins: counts start anew.
     *
     * @param name one word for what is done
     */
    default void step(String name) {
        // Who does not tell steps apart need not hear of them.
    }
}
