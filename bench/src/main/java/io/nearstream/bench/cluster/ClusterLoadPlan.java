package io.nearstream.bench.cluster;

import java.time.Duration;
import java.util.List;

/**
 * What load is put on which cluster.
 *
 * @param bootstrap its brokers, {@code HOST:PORT,..}
 * @param state its TaskManagers' addresses of live reads, at least one
 * @param loads what is measured, in this order, at least one, each once
 * @param data what is written before
 * @param inFlight concurrencies to try, each 1 to 4,096; the first is what is warmed up with
 * @param times how long everything takes
 * @param parallelism subtasks of each operator, 1 to 128, to say which of them keeps a key
 * @param prepare whether the data is written first; else it is there from an earlier run
 * @param seed of everything that is drawn at random
 */
public record ClusterLoadPlan(
        String bootstrap,
        List<String> state,
        List<LoadKind> loads,
        Data data,
        List<Integer> inFlight,
        Times times,
        int parallelism,
        boolean prepare,
        long seed) {
    /** As many gets as its client keeps waiting; sixteen hosts with 256 each. */
    static final int IN_FLIGHT_MAX = 4_096;

    private static final int COUNT_MAX = 10_000_000;
    private static final int VALUE_MIN = 24;
    private static final int VALUE_MAX = 1 << 20;
    private static final int DIMENSIONS_MAX = 4_096;
    private static final int K_MAX = 1_000;
    private static final int PARALLELISM_MAX = 128;

    /**
     * What is written before it is measured.
     *
     * @param keys 1 to 10,000,000
     * @param valueBytes of each key, 24 to 1 MiB
     * @param vectors 1 to 10,000,000
     * @param dimensions of bytes, 1 to 4,096
     * @param k neighbours asked for, 1 to 1,000
     */
    public record Data(int keys, int valueBytes, int vectors, int dimensions, int k) {
        public Data {
            requireRange("--keys", keys, 1, COUNT_MAX);
            requireRange("--value-bytes", valueBytes, VALUE_MIN, VALUE_MAX);
            requireRange("--vectors", vectors, 1, COUNT_MAX);
            requireRange("--dimensions", dimensions, 1, DIMENSIONS_MAX);
            requireRange("--k", k, 1, K_MAX);
        }
    }

    /**
     * How long everything takes.
     *
     * @param warmUp of each load, before anything else
     * @param steadyWithin how long throughput may take to become steady; what is not steady then is
     *     measured and said to be so
     * @param step measured at each concurrency
     */
    public record Times(Duration warmUp, Duration steadyWithin, Duration step) {
        private static final long DAY_S = 86_400;

        public Times {
            requireRange("--warm-up", warmUp.toSeconds(), 0, DAY_S);
            requireRange("--steady-within", steadyWithin.toSeconds(), 0, DAY_S);
            requireRange("--seconds", step.toSeconds(), 1, DAY_S);
        }
    }

    public ClusterLoadPlan {
        state = List.copyOf(state);
        loads = List.copyOf(loads);
        inFlight = List.copyOf(inFlight);
        if (loads.isEmpty() || loads.stream().distinct().count() < loads.size()) {
            throw new IllegalArgumentException(
                    "--load must name gets, puts, probes or mixed, each once at most, but was %s."
                            .formatted(loads));
        }
        if (inFlight.isEmpty()) {
            throw new IllegalArgumentException("--in-flight must name at least one number.");
        }
        inFlight.forEach(number -> requireRange("--in-flight", number, 1, IN_FLIGHT_MAX));
        requireRange("--parallelism", parallelism, 1, PARALLELISM_MAX);
    }

    /** The collection of the probes: what is written depends on these numbers. */
    String collection() {
        return "cluster-load-%d-%d".formatted(data.vectors(), data.dimensions());
    }

    int vectors() {
        return data.vectors();
    }

    int dimensions() {
        return data.dimensions();
    }

    int k() {
        return data.k();
    }

    /** Whether any load works on keys. */
    boolean hasKeys() {
        return loads.stream().anyMatch(load -> load != LoadKind.PROBES);
    }

    /** Whether any load works on vectors. */
    boolean hasVectors() {
        return loads.contains(LoadKind.PROBES) || loads.contains(LoadKind.MIXED);
    }

    /** The concurrency of warm-ups. */
    int firstInFlight() {
        return inFlight.get(0);
    }

    private static void requireRange(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "%s must be between %d and %d, but was %d."
                            .formatted(option, least, most, value));
        }
    }
}
