package io.nearstream.bench;

import io.nearstream.core.model.CollectionSettings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a benchmark of a runbook does.
 *
 * @param runbook the steps
 * @param base vectors that they name by row
 * @param labels where given, the base's rows are taken in the order of their labels, so that ranges
 *     of rows are classes
 * @param query vectors to ask for
 * @param collection the collection's settings; its name and uid are chosen by the benchmark
 * @param queries rows of the query file that are used, at most; 1 or more
 * @param k neighbours, 1 to 100
 * @param overrides options of Flink and of the jobs that win over the profile's
 */
public record StreamPlan(
        Path runbook,
        Path base,
        Optional<Path> labels,
        Path query,
        CollectionSettings collection,
        int queries,
        int k,
        Map<String, String> overrides) {
    private static final int K_MAX = 100;

    public StreamPlan {
        requireRange("--queries", queries, Integer.MAX_VALUE);
        requireRange("--k", k, K_MAX);
        overrides = Map.copyOf(overrides);
    }

    private static void requireRange(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(
                    "%s must be between 1 and %d, but was %d.".formatted(option, most, value));
        }
    }
}
