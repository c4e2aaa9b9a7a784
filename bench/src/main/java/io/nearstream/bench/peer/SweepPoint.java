package io.nearstream.bench.peer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a system reaches with one value of its search parameter.
 *
 * @param parameter cells visited, or candidates kept
 * @param recall at k, 0 to 1
 * @param qps query vectors per second, as many under way as the system can use
 * @param p50Ms median of one query at a time, milliseconds
 * @param p99Ms 99 of 100 of them
 * @param cpuMicros CPU time per query vector while saturated, client included, microseconds
 */
public record SweepPoint(
        int parameter, double recall, double qps, double p50Ms, double p99Ms, double cpuMicros) {

    public SweepPoint {
        if (!(recall >= 0 && recall <= 1)) {
            throw new IllegalArgumentException(
                    "recall must be between 0 and 1, but was " + recall + ".");
        }
    }

    /** As it stands in a report. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("parameter", parameter);
        document.put("recall", recall);
        document.put("qps", qps);
        document.put("p50_ms", p50Ms);
        document.put("p99_ms", p99Ms);
        document.put("cpu_us_per_query", cpuMicros);
        return document;
    }

    static SweepPoint of(JsonNode node) throws IOException {
        try {
            return new SweepPoint(
                    (int) Fields.number(node, "parameter"),
                    Fields.number(node, "recall"),
                    Fields.number(node, "qps"),
                    Fields.number(node, "p50_ms"),
                    Fields.number(node, "p99_ms"),
                    Fields.number(node, "cpu_us_per_query"));
        } catch (IllegalArgumentException outOfRange) {
            throw new IOException("A sweep point is wrong: " + outOfRange.getMessage(), outOfRange);
        }
    }
}
