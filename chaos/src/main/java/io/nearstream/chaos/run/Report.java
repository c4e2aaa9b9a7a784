package io.nearstream.chaos.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.nearstream.chaos.check.Findings;
import io.nearstream.chaos.check.Violation;
import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.FaultRunner.Injected;
import io.nearstream.chaos.fault.MemoryUse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The verdict on a run, and its figures.
 *
 * @param faultsInjected how often, by kind
 * @param faultsLeftOut why, by kind
 * @param faultsNotDone those of the schedule that could not be done, for other faults were in the
 *     way
 * @param recoveryByKind the longest time without an answer around each fault, by kind, ascending
 * @param memory by node
 * @param failures what else was not as it must be, in words; empty if nothing
 * @param unserved how often operations were not served, by what was told instead; the most frequent
 * @param examples the first few violations of each kind, in words
 */
@JsonPropertyOrder({"passed", "seed", "minutes", "commit"})
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Report(
        boolean passed,
        long seed,
        double minutes,
        String commit,
        long lost,
        long duplicates,
        long phantoms,
        long corrupt,
        long resurrected,
        @JsonProperty("wrong_answers") long wrongAnswers,
        @JsonInclude @JsonProperty("faults_injected") Map<String, Integer> faultsInjected,
        @JsonInclude @JsonProperty("faults_left_out") Map<String, String> faultsLeftOut,
        @JsonProperty("faults_not_done") List<String> faultsNotDone,
        @JsonProperty("longest_gap_s") double longestGapSeconds,
        @JsonProperty("recovery_s") Recovery recovery,
        @JsonProperty("recovery_by_kind_s") Map<String, List<Double>> recoveryByKind,
        Map<String, Operations> operations,
        @JsonProperty("clients_renewed") int clientsRenewed,
        @JsonProperty("healthy_after_s") double healthyAfterSeconds,
        Map<String, Memory> memory,
        List<String> failures,
        Map<String, Long> unserved,
        Map<String, List<String>> examples) {
    private static final int UNSERVED_TOLD = 10;
    private static final double MIB = 1 << 20;
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    /** Seconds without an answer around a fault. */
    public record Recovery(double p50, double p99) {}

    /** Operations of a kind. */
    public record Operations(long attempted, long answered) {}

    /** What a node held on to before the faults, and after them; null where it was not asked. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Memory(MemoryUse before, MemoryUse after) {
        private String heap() {
            return "%s -> %s".formatted(heap(before), heap(after));
        }

        private static String heap(MemoryUse use) {
            return use == null ? "?" : "%.0f".formatted(use.heap() / MIB);
        }
    }

    /** What a run was, beside what was found. */
    record Run(
            long seed,
            double minutes,
            String commit,
            List<Injected> injected,
            Map<FaultKind, String> leftOut,
            int clientsRenewed,
            double healthyAfterSeconds,
            Map<String, Memory> memory) {}

    static Report of(Run run, Findings findings, Service service, List<String> failures) {
        Map<String, Integer> injected = new TreeMap<>();
        List<String> notDone = new ArrayList<>();
        for (Injected one : run.injected()) {
            if (one.notDone().isEmpty()) {
                injected.merge(one.fault().kind().key(), 1, Integer::sum);
            } else {
                notDone.add("%s: %s".formatted(one.fault().kind().key(), one.notDone()));
            }
        }
        Map<String, String> leftOut = new TreeMap<>();
        run.leftOut().forEach((kind, why) -> leftOut.put(kind.key(), why));
        Map<String, Operations> operations = new TreeMap<>();
        service.operations()
                .forEach(
                        (kind, count) ->
                                operations.put(
                                        kind, new Operations(count.attempted(), count.answered())));
        Map<String, List<String>> examples = new TreeMap<>();
        for (Violation violation : Violation.values()) {
            if (findings.count(violation) > 0) {
                examples.put(violation.key(), findings.examples(violation));
            }
        }
        return new Report(
                findings.none() && failures.isEmpty(),
                run.seed(),
                run.minutes(),
                run.commit(),
                findings.count(Violation.LOST),
                findings.count(Violation.DUPLICATES),
                findings.count(Violation.PHANTOMS),
                findings.count(Violation.CORRUPT),
                findings.count(Violation.RESURRECTED),
                findings.count(Violation.WRONG_ANSWERS),
                injected,
                leftOut,
                notDone,
                service.longestGapSeconds(),
                new Recovery(service.recovery(0.5), service.recovery(0.99)),
                service.recoveryByKind(),
                operations,
                run.clientsRenewed(),
                run.healthyAfterSeconds(),
                run.memory(),
                failures,
                mostFrequent(service.unserved()),
                examples);
    }

    private static Map<String, Long> mostFrequent(Map<String, Long> counts) {
        Map<String, Long> most = new LinkedHashMap<>();
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(UNSERVED_TOLD)
                .forEach(entry -> most.put(entry.getKey(), entry.getValue()));
        return most;
    }

    /** 0 if nothing was wrong, else 1. */
    public int exitCode() {
        return passed ? 0 : 1;
    }

    /** As one line of JSON. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A report can be written.", impossible);
        }
    }

    /** As a table for people. */
    public String toTable() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "Seed %d, %.1f minutes: %s"
                        .formatted(seed, minutes, passed ? "nothing wrong" : "FAILED"));
        lines.add(
                "lost %d   duplicates %d   phantoms %d   corrupt %d   resurrected %d   wrong answers %d"
                        .formatted(lost, duplicates, phantoms, corrupt, resurrected, wrongAnswers));
        operations.forEach(
                (kind, count) ->
                        lines.add(
                                "%-16s %9d attempted %9d answered  %5.1f %%"
                                        .formatted(
                                                kind.replace('_', ' '),
                                                count.attempted(),
                                                count.answered(),
                                                100.0 * count.answered() / count.attempted())));
        lines.add(
                "longest gap %.1f s   recovery p50 %.1f s, p99 %.1f s   healthy after %.1f s   clients renewed %d"
                        .formatted(
                                longestGapSeconds,
                                recovery.p50(),
                                recovery.p99(),
                                healthyAfterSeconds,
                                clientsRenewed));
        if (!memory.isEmpty()) {
            Map<String, String> heaps = new TreeMap<>();
            memory.forEach((node, use) -> heaps.put(node, use.heap()));
            lines.add("heap after a collection, MiB: " + heaps);
        }
        recoveryByKind.forEach(
                (kind, gaps) ->
                        lines.add(
                                "%-20s recovery, s: %s"
                                        .formatted(
                                                kind,
                                                gaps.stream()
                                                        .map(gap -> "%.1f".formatted(gap))
                                                        .collect(Collectors.joining(", ")))));
        lines.add("faults: " + faultsInjected);
        faultsNotDone.forEach(one -> lines.add("not done: " + one));
        faultsLeftOut.forEach((kind, why) -> lines.add("left out: %s (%s)".formatted(kind, why)));
        unserved.forEach((why, count) -> lines.add("%9d %s".formatted(count, why)));
        failures.forEach(failure -> lines.add("FAILURE: " + failure));
        examples.forEach(
                (kind, told) -> told.forEach(one -> lines.add("%s: %s".formatted(kind, one))));
        return String.join("\n", lines);
    }
}
