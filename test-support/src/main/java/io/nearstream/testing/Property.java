package io.nearstream.testing;

import java.util.SplittableRandom;

/**
 * Checks a property against many random inputs. Every trial draws all its randomness from one seed;
 * a failure names it, and {@code -Dtest.seed=SEED} runs that trial alone.
 */
public final class Property {
    /** Trials of a property that does not say how many it wants. */
    public static final int TRIALS_DEFAULT = 200;

    private static final String SEED_PROPERTY = "test.seed";
    private static final String TIMES_PROPERTY = "test.times";

    private Property() {}

    /** One trial; whatever it throws fails the property. */
    @FunctionalInterface
    public interface Trial {
        void run(SplittableRandom random) throws Exception;
    }

    /** Runs {@link #TRIALS_DEFAULT} trials, or the one that {@code test.seed} names. */
    public static void holds(Trial trial) {
        holds(TRIALS_DEFAULT, trial);
    }

    /**
     * Runs so many trials, or the one that {@code test.seed} names. {@code -Dtest.times=N} runs N
     * times as many: a long search for inputs that break a property.
     */
    public static void holds(int trials, Trial trial) {
        String replay = System.getProperty(SEED_PROPERTY, "").trim();
        if (!replay.isEmpty()) {
            runOne(Long.parseLong(replay), trial);
            return;
        }
        long start = System.nanoTime();
        long times = Integer.getInteger(TIMES_PROPERTY, 1);
        for (long i = 0; i < trials * times; i++) {
            runOne(start + i, trial);
        }
    }

    private static void runOne(long seed, Trial trial) {
        try {
            trial.run(new SplittableRandom(seed));
        } catch (Exception | AssertionError failure) {
            throw new AssertionError(
                    "Failed with seed %d. Replay with -D%s=%d. %s"
                            .formatted(seed, SEED_PROPERTY, seed, failure.getMessage()),
                    failure);
        }
    }
}
