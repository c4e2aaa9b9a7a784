package io.nearstream.chaos.run;

import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.FaultKind.Lane;
import io.nearstream.chaos.fault.FaultRunner.Injected;
import io.nearstream.chaos.history.Answer;
import io.nearstream.chaos.history.Ask;
import io.nearstream.chaos.history.History;
import io.nearstream.chaos.history.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How well clients were served while there was load, from the journal.
 *
 * @param operations attempted and answered, by kind
 * @param longestGapSeconds the longest time without a complete answer to a probe
 * @param recoverySeconds for each fault of nodes or network, the longest such time that it touches,
 *     ascending
 * @param recoveryByKind the same, by kind of fault
 * @param unserved how often, by what was told instead; numbers in it are left out
 */
record Service(
        Map<String, Count> operations,
        double longestGapSeconds,
        List<Double> recoverySeconds,
        Map<String, List<Double>> recoveryByKind,
        Map<String, Long> unserved) {
    static final String VECTOR_WRITES = "vector_writes";
    static final String KEY_OPERATIONS = "key_operations";
    static final String PROBES = "probes";

    private static final double NANOS = 1e9;

    /** What a fault did may show for so long after it was undone. */
    private static final long AFTER_NANOS = 10_000_000_000L;

    /** Of one kind. */
    record Count(long attempted, long answered) {
        private Count plus(boolean served) {
            return new Count(attempted + 1, answered + (served ? 1 : 0));
        }

        double share() {
            return attempted == 0 ? 0 : (double) answered / attempted;
        }
    }

    /**
     * Counts.
     *
     * @param began of the load, nanoseconds; and when it ended
     */
    static Service of(History history, List<Injected> faults, long began, long ended) {
        Map<String, Count> counts = new LinkedHashMap<>();
        for (String kind : List.of(VECTOR_WRITES, KEY_OPERATIONS, PROBES)) {
            counts.put(kind, new Count(0, 0));
        }
        Map<String, Long> unserved = new TreeMap<>();
        List<Long> answers = new ArrayList<>(List.of(began));
        history.forEach(
                operation -> {
                    String kind = kind(operation);
                    if (operation.began() < began || operation.began() > ended || kind.isEmpty()) {
                        return;
                    }
                    boolean served = operation.answer().served();
                    counts.computeIfPresent(kind, (same, count) -> count.plus(served));
                    if (!served) {
                        unserved.merge(kind + ": " + why(operation.answer()), 1L, Long::sum);
                    }
                    if (kind.equals(PROBES) && served && operation.ended() < ended) {
                        answers.add(operation.ended());
                    }
                });
        answers.add(ended);
        long[] times = answers.stream().mapToLong(Long::longValue).sorted().toArray();
        Map<String, List<Double>> recovery = new TreeMap<>();
        for (Injected fault : faults) {
            FaultKind kind = fault.fault().kind();
            if (kind.lane() != Lane.INPUT && fault.notDone().isEmpty()) {
                recovery.computeIfAbsent(kind.key(), none -> new ArrayList<>())
                        .add(gap(times, fault.began(), fault.ended() + AFTER_NANOS));
            }
        }
        recovery.values().forEach(gaps -> gaps.sort(null));
        List<Double> all = recovery.values().stream().flatMap(List::stream).sorted().toList();
        return new Service(counts, gap(times, began, ended), all, recovery, unserved);
    }

    private static String why(Answer answer) {
        String words =
                answer instanceof Answer.NotDone not
                        ? not.why()
                        : answer instanceof Answer.Unknown unknown ? unknown.why() : "partial";
        return words.replaceAll("'[^']*'|[0-9a-f]+-[0-9]+|[0-9]+", "#");
    }

    private static String kind(Operation operation) {
        Ask ask = operation.ask();
        if (ask instanceof Ask.Search search) {
            return search.last() ? "" : PROBES;
        }
        if (ask instanceof Ask.ReadKey read) {
            return read.last() ? "" : KEY_OPERATIONS;
        }
        if (ask instanceof Ask.Fetch) {
            return "";
        }
        return ask instanceof Ask.WriteKey ? KEY_OPERATIONS : VECTOR_WRITES;
    }

    /** The longest of the gaps between times that touch a span, in seconds. */
    private static double gap(long[] times, long from, long until) {
        int first = Math.max(1, Math.abs(Arrays.binarySearch(times, from) + 1));
        long longest = 0;
        for (int i = first; i < times.length && times[i - 1] < until; i++) {
            longest = Math.max(longest, times[i] - times[i - 1]);
        }
        return longest / NANOS;
    }

    /** The recovery that a share of faults did not take longer than; 0 without faults. */
    double recovery(double share) {
        int rank = (int) Math.ceil(share * recoverySeconds.size());
        return recoverySeconds.isEmpty() ? 0 : recoverySeconds.get(Math.max(1, rank) - 1);
    }
}
