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
 * @param ended whether it ended within the limit
 * @param seconds until it ended or was stopped
 * @param recall of the pairs that came out, 0 to 1; 0 where it did not end
 * @param failure why it ended otherwise; empty where it did not
 */
record SparkRun(
        Setting setting,
        long joinedRows,
        double reachable,
        boolean ended,
        double seconds,
        double recall,
        String failure) {
    /** For programs. */
    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("tables", setting.tables());
        document.put("bucket_length", setting.bucketLength());
        document.put("joined_rows", joinedRows);
        document.put("recall_reachable", reachable);
        document.put("ended", ended);
        document.put("seconds", seconds);
        document.put("recall", recall);
        document.put("failure", failure);
        return document;
    }
}
