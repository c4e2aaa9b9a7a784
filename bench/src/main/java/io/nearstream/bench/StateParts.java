package io.nearstream.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the query job's state is of, by part. Pure. */
final class StateParts {
    /** Of which part a task is, by what its name holds. */
    private static final Map<String, String> PARTS =
            Map.of(
                    "Assign records to buckets", "placements",
                    "Keep and search buckets", "buckets",
                    "Keep and score records", "records",
                    "Keep payloads by record", "payloads",
                    "Gauge recall", "recall_slice");

    private StateParts() {}

    /**
     * Bytes of each part that has any: the placements of records, the rows of buckets (headers, ids
     * and vectors or codes), whole rows by record where buckets keep codes, payloads, the slice
     * that recall is gauged with, and whatever else.
     *
     * @param byTask bytes by the names of tasks
     */
    static Map<String, Long> of(Map<String, Long> byTask) {
        Map<String, Long> parts = new LinkedHashMap<>();
        byTask.forEach(
                (task, bytes) -> {
                    String part =
                            PARTS.entrySet().stream()
                                    .filter(entry -> task.contains(entry.getKey()))
                                    .map(Map.Entry::getValue)
                                    .findFirst()
                                    .orElse("other");
                    if (bytes > 0) {
                        parts.merge(part, bytes, Long::sum);
                    }
                });
        return parts;
    }
}
