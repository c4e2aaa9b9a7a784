package io.nearstream.spark;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What came of a setting.
 *
 * @param setting what was tried
 * @param joinedRows rows of the join by hashes, before equal ones are put together: what it has to
 *     get through. Counted outside the clock
 * @param reachable the share of the true pairs that have a hash in common, 0 to 1: the recall of a
 *     run that ends. Computed outside the clock
 * @param outcome how it ended
 * @param seconds until then
 * @param recall of the pairs that came out, 0 to 1; 0 where it did not end by itself
 * @param failure why it failed, or that it was stopped; empty where it ended
 */
record SparkRun(
        Setting setting,
        long joinedRows,
        double reachable,
        Outcome outcome,
        double seconds,
        double recall,
        String failure) {
    /** How a setting ended. */
    enum Outcome {
        /** By itself, within the limit. */
        ENDED,
        /** By the limit: it would have taken longer. */
        STOPPED,
        /** With an error, such as of memory, which says nothing of how long it would have taken. */
        FAILED
    }

    /** Whether it ended by itself. */
    boolean ended() {
        return outcome == Outcome.ENDED;
    }

    /** Whether it was stopped by the limit. */
    boolean stopped() {
        return outcome == Outcome.STOPPED;
    }

    /** For programs. */
    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("tables", setting.tables());
        document.put("bucket_length", setting.bucketLength());
        document.put("joined_rows", joinedRows);
        document.put("recall_reachable", reachable);
        document.put("ended", ended());
        document.put("stopped", stopped());
        document.put("seconds", seconds);
        document.put("recall", recall);
        document.put("failure", failure);
        return document;
    }
}
