package io.nearstream.jobs.query.bucket;

import io.nearstream.jobs.query.message.PartAnswer;
import java.util.List;

/**
 * What a subtask found for a probe.
 *
 * @param answers for each query vector
 * @param scored distinct stored vectors compared
 * @param widened buckets visited beyond those that were named
 * @param unreached query vectors whose budget of buckets ended too early
 */
record Found(List<PartAnswer> answers, long scored, int widened, int unreached) {
    static final Found NOTHING = new Found(List.of(), 0, 0, 0);

    /** What a search found, which says the rest itself. */
    static Found by(BucketSearch search, List<PartAnswer> answers) {
        return new Found(answers, search.scored(), search.widened(), search.unreached());
    }
}
