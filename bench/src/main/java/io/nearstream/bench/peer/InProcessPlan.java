package io.nearstream.bench.peer;

import io.nearstream.bench.BenchFiles;
import io.nearstream.core.model.Metric;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a process measures; travels as its arguments.
 *
 * @param system name of the system
 * @param files the data set
 * @param metric how distance is measured
 * @param k neighbours per query, at least 1
 * @param queries rows of the query file that are used, at most
 * @param efforts values of the search parameter, rising, at least one
 * @param throughput how long each is measured; latency half of it
 * @param warmUp builds of the first vectors go on for so long before the clock starts
 */
public record InProcessPlan(
        String system,
        BenchFiles files,
        Metric metric,
        int k,
        int queries,
        List<Integer> efforts,
        Duration throughput,
        Duration warmUp) {
    private static final int ARGUMENTS = 10;

    public InProcessPlan {
        efforts = List.copyOf(efforts);
        if (efforts.isEmpty() || k < 1 || queries < 1) {
            throw new IllegalArgumentException(
                    "efforts, k and queries must be at least 1, but were %s, %d and %d."
                            .formatted(efforts, k, queries));
        }
    }

    /** As arguments of {@link InProcessMain}. */
    public List<String> arguments() {
        return new ArrayList<>(
                List.of(
                        system,
                        files.base().toString(),
                        files.query().toString(),
                        files.truth().toString(),
                        metric.name(),
                        Integer.toString(k),
                        Integer.toString(queries),
                        String.join(",", efforts.stream().map(String::valueOf).toList()),
                        Long.toString(throughput.toMillis()),
                        Long.toString(warmUp.toMillis())));
    }

    /** From arguments as {@link #arguments} gives them. */
    static InProcessPlan of(List<String> arguments) {
        if (arguments.size() != ARGUMENTS) {
            throw new IllegalArgumentException(
                    "A plan has %d arguments, but %d came.".formatted(ARGUMENTS, arguments.size()));
        }
        return new InProcessPlan(
                arguments.get(0),
                new BenchFiles(
                        Path.of(arguments.get(1)),
                        Path.of(arguments.get(2)),
                        Path.of(arguments.get(3))),
                Metric.valueOf(arguments.get(4)),
                Integer.parseInt(arguments.get(5)),
                Integer.parseInt(arguments.get(6)),
                Arrays.stream(arguments.get(7).split(",")).map(Integer::valueOf).toList(),
                Duration.ofMillis(Long.parseLong(arguments.get(8))),
                Duration.ofMillis(Long.parseLong(arguments.get(9))));
    }
}
