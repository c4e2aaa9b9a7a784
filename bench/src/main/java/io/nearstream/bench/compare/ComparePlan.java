package io.nearstream.bench.compare;

import io.nearstream.bench.peer.PeerHome;
import java.time.Duration;
import java.util.List;

/**
 * What is compared.
 *
 * @param set the data
 * @param systems names of the systems, of {@link Systems#ALL}
 * @param k neighbours per query, 1 to 100
 * @param queries rows of the query file that are used, at most; at least 1
 * @param rounds 1 to 9
 * @param throughput how long each load is measured, 100 ms to 10 min
 * @param warmUpLoads of ours before its first round, 0 to 10
 * @param inFlight probes under way over Kafka, 1 to 10,000
 * @param memoryMb heap of every process of its own, 256 to 65,536
 * @param peers what runs Lucene and JVector
 */
public record ComparePlan(
        DataSet set,
        List<String> systems,
        int k,
        int queries,
        int rounds,
        Duration throughput,
        int warmUpLoads,
        int inFlight,
        int memoryMb,
        PeerHome peers) {
    /** Recall at which systems are compared. */
    public static final double RECALL = 0.95;

    private static final int ROUNDS_MAX = 9;
    private static final int K_MAX = 100;
    private static final Duration THROUGHPUT_MIN = Duration.ofMillis(100);
    private static final Duration THROUGHPUT_MAX = Duration.ofMinutes(10);

    public ComparePlan {
        systems = List.copyOf(systems);
        requireRange("--k", k, 1, K_MAX);
        requireRange("--queries", queries, 1, Integer.MAX_VALUE);
        requireRange("--rounds", rounds, 1, ROUNDS_MAX);
        if (throughput.compareTo(THROUGHPUT_MIN) < 0 || throughput.compareTo(THROUGHPUT_MAX) > 0) {
            throw new IllegalArgumentException(
                    "--seconds must be between 1 and %d, but was %d."
                            .formatted(THROUGHPUT_MAX.toSeconds(), throughput.toSeconds()));
        }
        requireRange("--warm-up-loads", warmUpLoads, 0, 10);
        requireRange("--in-flight", inFlight, 1, 10_000);
        requireRange("--memory-mb", memoryMb, 256, 65_536);
        if (systems.isEmpty()
                || !Systems.ALL.containsAll(systems)
                || systems.stream().distinct().count() < systems.size()) {
            throw new IllegalArgumentException(
                    "--systems must be of %s, each once at most, but was %s."
                            .formatted(Systems.ALL, systems));
        }
    }

    private static void requireRange(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s must be between %d and %d, but was %d."
                            .formatted(option, least, most, value));
        }
    }
}
