package io.nearstream.bench.keyvalue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What became of a number of operations.
 *
 * @param operations how many
 * @param seconds from the first to the end of the last
 * @param latency of all
 * @param latencies of each kind that occurred
 * @param wrongReads that found what they must not
 * @param failures operations that ended with an error
 * @param conflicts conditions that did not hold: somebody else was faster
 * @param firstProblem what was wrong first
 */
public record KvRun(
        long operations,
        double seconds,
        Latency latency,
        Map<Operation, Latency> latencies,
        long wrongReads,
        long failures,
        long conflicts,
        Optional<String> firstProblem) {

    static KvRun of(long operations, double seconds, KvTally tally) {
        return new KvRun(
                operations,
                seconds,
                tally.latency(),
                tally.latencies(),
                tally.wrongReads(),
                tally.failures(),
                tally.conflicts(),
                tally.firstProblem());
    }

    /** Operations per second. */
    public double perSecond() {
        return operations / seconds;
    }

    /** What must be zero. */
    public long errors() {
        return wrongReads + failures;
    }

    Map<String, Object> latencyDocument() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("all", latency.document());
        latencies.forEach((operation, each) -> document.put(operation.key(), each.document()));
        return document;
    }
}
