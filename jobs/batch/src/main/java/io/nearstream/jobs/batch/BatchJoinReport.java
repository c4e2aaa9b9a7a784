package io.nearstream.jobs.batch;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a batch join did, and how fast.
 *
 * @param rows of both files
 * @param pairs that were found
 * @param foundAtEps with what probability a pair of sets at eps itself is found, nearer ones more;
 *     empty for vectors
 * @param learnSeconds reading the sample
 * @param joinSeconds of the job, learning the cells included
 */
public record BatchJoinReport(
        long rows,
        long pairs,
        Optional<Double> foundAtEps,
        double learnSeconds,
        double joinSeconds) {
    /** Rows a second of the job. */
    public double rowsPerSecond() {
        return rows / joinSeconds;
    }

    /** For programs. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("rows", rows);
        document.put("pairs", pairs);
        foundAtEps.ifPresent(share -> document.put("found_at_eps", share));
        document.put("learn_s", learnSeconds);
        document.put("join_s", joinSeconds);
        document.put("rows_per_s", rowsPerSecond());
        return document;
    }
}
