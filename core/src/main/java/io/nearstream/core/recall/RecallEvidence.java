package io.nearstream.core.recall;

import java.util.Optional;

/**
 * What a changing set of answers tells of recall, see {@link RecallEstimator}. To add an answer or
 * take one out costs the same however many there are, a fraction of a millisecond; to estimate
 * costs less. The estimate is that of the answers in the set, whatever else was in it before. Up to
 * a hundred thousand answers. Not thread-safe.
 */
public final class RecallEvidence {
    private final long[] sums = RecallEstimator.noEvidence();
    private int answers;
    private int withMisses;

    /** Takes an answer in. */
    public void add(RecallObservation seen) {
        change(seen, 1);
    }

    /** Takes an answer out that was taken in before. */
    public void remove(RecallObservation seen) {
        if (answers == 0) {
            throw new IllegalStateException("There is no answer to be taken out.");
        }
        change(seen, -1);
    }

    private void change(RecallObservation seen, int by) {
        RecallEstimator.add(seen, by, sums);
        answers += by;
        withMisses += seen.missed() == 0 ? 0 : by;
    }

    /** The recall of these answers; empty where there are none. */
    public Optional<RecallEstimate> estimate() {
        return answers == 0
                ? Optional.empty()
                : Optional.of(RecallEstimator.estimate(sums, answers, withMisses == 0));
    }
}
