package io.nearstream.bench.stream;

import io.nearstream.bench.peer.PeerHome;
import io.nearstream.core.model.CollectionSettings;
import java.util.List;
import java.util.Map;

/**
 * What a benchmark of a runbook does.
 *
 * @param files runbook and vectors
 * @param collection the collection's settings; its name and uid are chosen by the benchmark
 * @param systems names of the systems, of {@link #SYSTEMS}
 * @param queries rows of the query file that are used, at most; 1 or more
 * @param k neighbours, 1 to 100
 * @param candidates that a graph search keeps, the same throughout, 1 to 10,000
 * @param memoryMb heap of every process of its own, 256 to 65,536
 * @param peers what runs Lucene and JVector
 * @param overrides options of Flink and of the jobs that win over the profile's
 */
public record StreamPlan(
        StreamFiles files,
        CollectionSettings collection,
        List<String> systems,
        int queries,
        int k,
        int candidates,
        int memoryMb,
        PeerHome peers,
        Map<String, String> overrides) {
    /** Ours, end to end. */
    public static final String NEARSTREAM = "nearstream";

    /** A scan of all, which misses nothing. */
    public static final String SCAN = "brute-force";

    /** Every system that can be measured. */
    public static final List<String> SYSTEMS = List.of(NEARSTREAM, "lucene-hnsw", "jvector", SCAN);

    /** Those that are, unless told otherwise. */
    public static final List<String> SYSTEMS_DEFAULT = SYSTEMS.subList(0, 3);

    private static final int K_MAX = 100;
    private static final int CANDIDATES_MAX = 10_000;

    public StreamPlan {
        requireRange("--queries", queries, 1, Integer.MAX_VALUE);
        requireRange("--k", k, 1, K_MAX);
        requireRange("--candidates", candidates, 1, CANDIDATES_MAX);
        requireRange("--memory-mb", memoryMb, 256, 65_536);
        systems = List.copyOf(systems);
        if (systems.isEmpty()
                || !SYSTEMS.containsAll(systems)
                || systems.stream().distinct().count() < systems.size()) {
            throw new IllegalArgumentException(
                    "--systems must be of %s, each once at most, but was %s."
                            .formatted(SYSTEMS, systems));
        }
        overrides = Map.copyOf(overrides);
    }

    private static void requireRange(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s must be between %d and %d, but was %d."
                            .formatted(option, least, most, value));
        }
    }
}
