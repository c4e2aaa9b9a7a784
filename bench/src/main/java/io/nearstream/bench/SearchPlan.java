package io.nearstream.bench;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Limits;
import io.nearstream.jobs.common.config.NearstreamOptions.Routing;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a search benchmark does; {@link #of} gives the defaults, {@code with...} changes one.
 *
 * @param files the data set
 * @param collection the collection's settings; its name and uid are chosen by the benchmark
 * @param k neighbours that are asked for, 1 to 1,000
 * @param queries rows of the query file that are used, at most
 * @param load probes in flight and vectors per probe of {@code qps}
 * @param sweeps further loads that are measured in the same run
 * @param parallelism subtasks of every operator of both jobs, 1 to 64
 * @param routing how probes find their subtasks
 * @param comparedParallelism where both routings are compared in the end: the query job's subtasks
 *     while they are
 * @param phases how long is measured
 * @param overrides options of Flink and of the jobs that win over the profile's
 */
public record SearchPlan(
        BenchFiles files,
        CollectionSettings collection,
        int k,
        int queries,
        ProbeLoad load,
        List<ProbeLoad> sweeps,
        int parallelism,
        Routing routing,
        OptionalInt comparedParallelism,
        Phases phases,
        Map<String, String> overrides) {
    public static final int K_DEFAULT = 10;
    private static final int PARALLELISM_MAX = 64;

    public SearchPlan {
        sweeps = List.copyOf(sweeps);
        overrides = Map.copyOf(overrides);
        requireRange("--k", k, Limits.DEFAULT.k());
        requireRange("--queries", queries, Integer.MAX_VALUE);
        requireRange("--parallelism", parallelism, PARALLELISM_MAX);
        if (comparedParallelism.isPresent()) {
            requireRange("--compare-routing", comparedParallelism.getAsInt(), PARALLELISM_MAX);
        }
    }

    /** All queries, 10 neighbours, one subtask, routed probes, nothing beside. */
    public static SearchPlan of(BenchFiles files, CollectionSettings collection) {
        return new SearchPlan(
                files,
                collection,
                K_DEFAULT,
                Integer.MAX_VALUE,
                ProbeLoad.DEFAULT,
                List.of(),
                1,
                Routing.PROBE,
                OptionalInt.empty(),
                Phases.DEFAULT,
                Map.of());
    }

    /** The same with other questions. */
    public SearchPlan withQuestions(int neighbours, int rows, ProbeLoad probes) {
        return new SearchPlan(
                files,
                collection,
                neighbours,
                rows,
                probes,
                sweeps,
                parallelism,
                routing,
                comparedParallelism,
                phases,
                overrides);
    }

    /** The same with other jobs. */
    public SearchPlan withJobs(int subtasks, Routing how, Map<String, String> options) {
        return new SearchPlan(
                files,
                collection,
                k,
                queries,
                load,
                sweeps,
                subtasks,
                how,
                comparedParallelism,
                phases,
                options);
    }

    /** The same with further measurements. */
    public SearchPlan withMore(List<ProbeLoad> loads, OptionalInt compared) {
        return new SearchPlan(
                files,
                collection,
                k,
                queries,
                load,
                loads,
                parallelism,
                routing,
                compared,
                phases,
                overrides);
    }

    /** The same with other phases. */
    public SearchPlan withPhases(Phases others) {
        return new SearchPlan(
                files,
                collection,
                k,
                queries,
                load,
                sweeps,
                parallelism,
                routing,
                comparedParallelism,
                others,
                overrides);
    }

    private static void requireRange(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(
                    "%s must be between 1 and %d, but was %d.".formatted(option, most, value));
        }
    }
}
