package io.nearstream.core.recall;

/**
 * What is known of a recall.
 *
 * @param recall the estimate, 0 to 1
 * @param low lower end of the interval that holds the recall with 95 % probability
 * @param high its upper end
 * @param probes answers that it was made of, 1 or more
 */
public record RecallEstimate(double recall, double low, double high, int probes) {
    public RecallEstimate {
        boolean ordered = 0 <= low && low <= recall && recall <= high && high <= 1;
        if (!ordered || probes < 1) {
            throw new IllegalArgumentException(
                    "An estimate needs 0 <= low <= recall <= high <= 1 and a probe, but was %s <= %s <= %s of %d."
                            .formatted(low, recall, high, probes));
        }
    }
}
