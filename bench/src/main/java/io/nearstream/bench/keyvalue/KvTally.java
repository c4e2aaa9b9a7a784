package io.nearstream.bench.keyvalue;

import io.nearstream.client.NearstreamException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Counts what became of operations, and how long they took. Thread-safe. */
final class KvTally {
    /** A store that fails so often is not there; each failure takes a whole deadline. */
    private static final int FAILURES_MAX = 100;

    private final Map<Operation, ConcurrentHistogram> nanos = new EnumMap<>(Operation.class);
    private final LongAdder wrong = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder conflicts = new LongAdder();
    private final AtomicReference<String> firstProblem = new AtomicReference<>();

    KvTally() {
        for (Operation operation : Operation.values()) {
            nanos.put(operation, Latency.histogram());
        }
    }

    /**
     * An operation has ended.
     *
     * @param weight how many operations its time stands for
     */
    void done(Operation operation, long startNanos, int weight) {
        nanos.get(operation)
                .recordValueWithCount(Math.max(0, System.nanoTime() - startNanos), weight);
    }

    /** Reads of one thread that were timed by themselves. */
    synchronized void add(Histogram readNanos) {
        nanos.get(Operation.READ).add(readNanos);
    }

    /** A read found what it must not. */
    void wrong(String problem) {
        wrong.increment();
        firstProblem.compareAndSet(null, problem);
    }

    /** An operation ended with an error. */
    void failed(Throwable failure) {
        failed.increment();
        firstProblem.compareAndSet(null, failure.toString());
    }

    /** A condition did not hold. */
    void conflict() {
        conflicts.increment();
    }

    /**
     * Ends a run that is of no use.
     *
     * @throws NearstreamException with the first failure
     */
    void requireHope() {
        if (failed.sum() >= FAILURES_MAX) {
            throw new NearstreamException(
                    "%d operations failed; the first problem: %s"
                            .formatted(failed.sum(), firstProblem.get()));
        }
    }

    long wrongReads() {
        return wrong.sum();
    }

    long failures() {
        return failed.sum();
    }

    long conflicts() {
        return conflicts.sum();
    }

    Optional<String> firstProblem() {
        return Optional.ofNullable(firstProblem.get());
    }

    /** Of each operation that occurred. */
    Map<Operation, Latency> latencies() {
        Map<Operation, Latency> latencies = new EnumMap<>(Operation.class);
        nanos.forEach(
                (operation, histogram) -> {
                    if (histogram.getTotalCount() > 0) {
                        latencies.put(operation, Latency.of(histogram));
                    }
                });
        return latencies;
    }

    /** Of all operations together. */
    Latency latency() {
        ConcurrentHistogram all = Latency.histogram();
        nanos.values().forEach(all::add);
        return Latency.of(all);
    }
}
