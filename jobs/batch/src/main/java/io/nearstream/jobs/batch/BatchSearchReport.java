package io.nearstream.jobs.batch;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a batch search did, and how fast.
 *
 * @param baseRows rows of the base
 * @param queries queries, all answered
 * @param k neighbours of each
 * @param cells buckets of the codebook
 * @param visits buckets that a query visited
 * @param scored distances per query, as a share of the base's rows
 * @param learnSeconds reading the sample and learning the buckets
 * @param baseSeconds from the job's submission until the base was complete
 * @param answerSeconds from then to the last answer
 * @param totalSeconds from the first byte read to the last answer
 */
public record BatchSearchReport(
        long baseRows,
        long queries,
        int k,
        int cells,
        int visits,
        double scored,
        double learnSeconds,
        double baseSeconds,
        double answerSeconds,
        double totalSeconds) {

    /** Queries a second once the base was complete; none is looked at before. */
    public double answersPerSecond() {
        return queries / answerSeconds;
    }

    /** Queries a second of the whole run, the base included. */
    public double overallPerSecond() {
        return queries / totalSeconds;
    }

    /** For programs. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("base_rows", baseRows);
        document.put("queries", queries);
        document.put("k", k);
        document.put("cells", cells);
        document.put("visits", visits);
        document.put("scored", scored);
        document.put("learn_s", learnSeconds);
        document.put("base_s", baseSeconds);
        document.put("answer_s", answerSeconds);
        document.put("total_s", totalSeconds);
        document.put("answers_per_s", answersPerSecond());
        document.put("overall_per_s", overallPerSecond());
        return document;
    }
}
