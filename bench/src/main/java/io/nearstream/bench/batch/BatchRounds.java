package io.nearstream.bench.batch;

/**
 * How often batch search is run.
 *
 * @param warmUp runs that are not counted, 0 to 100
 * @param measured runs that are, 1 to 100
 * @param parallelism subtasks, 1 to 64
 */
public record BatchRounds(int warmUp, int measured, int parallelism) {
    private static final int MAX = 100;
    private static final int PARALLELISM_MAX = 64;

    public BatchRounds {
        within("--warm-up-rounds", warmUp, 0, MAX);
        within("--rounds", measured, 1, MAX);
        within("--batch-parallelism", parallelism, 1, PARALLELISM_MAX);
    }

    private static void within(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s must be between %d and %d, but was %d."
                            .formatted(option, least, most, value));
        }
    }
}
