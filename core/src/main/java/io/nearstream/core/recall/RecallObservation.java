package io.nearstream.core.recall;

/**
 * One answer held against a slice of the records. Its hits and the records of the slice that it
 * misses, in one order by distance, are a word of two symbols; what is kept are its first ones.
 *
 * @param k symbols of the word: as many as hits were asked for, fewer where there are not so many;
 *     1 to 64
 * @param level the slice holds each record with probability 2^-level, 0 to 62
 * @param missed bit i is set where symbol i is a record that the answer misses
 * @param target the recall that was aimed at, above 0 and at most 1
 */
public record RecallObservation(int k, int level, long missed, double target) {
    /** Answers of more hits are not observed. */
    public static final int K_MOST = 64;

    public RecallObservation {
        within("k", k, K_MOST, 1);
        within("level", level, 62, 0);
        if (k < K_MOST && missed >>> k != 0) {
            throw new IllegalArgumentException(
                    "missed must have no bit above the lowest %d, but was %x."
                            .formatted(k, missed));
        }
        if (!(target > 0 && target <= 1)) {
            throw new IllegalArgumentException(
                    "target must be above 0 and at most 1, but was " + target + ".");
        }
    }

    private static void within(String name, int value, int high, int low) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(
                    "%s must be %d to %d, but was %d.".formatted(name, low, high, value));
        }
    }
}
