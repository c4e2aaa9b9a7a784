package io.nearstream.bench.stream;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a process replays with one system; travels as its arguments.
 *
 * @param system name of the system
 * @param files runbook and vectors
 * @param metric how distance is measured
 * @param encoding of the vectors
 * @param queries rows of the query file that are used, at most
 * @param k neighbours per query, at least 1
 * @param effort the system's search parameter, the same throughout
 * @param seed of the order in which the new index in the end is filled
 */
record ReplayPlan(
        String system,
        StreamFiles files,
        Metric metric,
        Encoding encoding,
        int queries,
        int k,
        int effort,
        long seed) {
    private static final int ARGUMENTS = 11;

    /** As arguments of {@link ReplayMain}. */
    List<String> arguments() {
        return List.of(
                system,
                files.runbook().toString(),
                files.base().toString(),
                files.labels().map(Path::toString).orElse(""),
                files.query().toString(),
                metric.name(),
                encoding.name(),
                Integer.toString(queries),
                Integer.toString(k),
                Integer.toString(effort),
                Long.toString(seed));
    }

    /** From arguments as {@link #arguments} gives them. */
    static ReplayPlan of(List<String> arguments) {
        if (arguments.size() != ARGUMENTS) {
            throw new IllegalArgumentException(
                    "A plan has %d arguments, but %d came.".formatted(ARGUMENTS, arguments.size()));
        }
        return new ReplayPlan(
                arguments.get(0),
                new StreamFiles(
                        Path.of(arguments.get(1)),
                        Path.of(arguments.get(2)),
                        Optional.of(arguments.get(3)).filter(s -> !s.isEmpty()).map(Path::of),
                        Path.of(arguments.get(4))),
                Metric.valueOf(arguments.get(5)),
                Encoding.valueOf(arguments.get(6)),
                Integer.parseInt(arguments.get(7)),
                Integer.parseInt(arguments.get(8)),
                Integer.parseInt(arguments.get(9)),
                Long.parseLong(arguments.get(10)));
    }
}
