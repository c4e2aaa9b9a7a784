package io.nearstream.jobs.batch;

import io.nearstream.core.partition.Generation;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import javax.annotation.Nullable;

/**
 * How far a run is, what its subtasks share, and where its results go. The job runs in the JVM that
 * asks for it, so its subtasks find both by the number of their run: Flink's accumulators would
 * come seconds late, and a file that the asking thread has opened cannot travel in a graph.
 * Thread-safe.
 */
public final class BatchCounters implements AutoCloseable {
    private static final Map<Long, BatchCounters> RUNS = new ConcurrentHashMap<>();
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final long run = NUMBERS.incrementAndGet();
    private final LongAdder baseRows = new LongAdder();
    private final AtomicLong baseBytes = new AtomicLong();
    private final CountDownLatch baseDone;
    private volatile long baseDoneAt;
    private final LongAdder written = new LongAdder();
    private final LongAdder scored = new LongAdder();
    private volatile long writtenAt;
    @Nullable private volatile Generation buckets;

    private final Receiver<Object> receiver;

    private BatchCounters(int subtasks, Receiver<Object> receiver) {
        this.receiver = receiver;
        this.baseDone = new CountDownLatch(subtasks);
    }

    /**
     * What is done with each result, by one thread.
     *
     * @param <T> the result
     */
    @FunctionalInterface
    public interface Receiver<T> {
        /** Takes a result; a failure ends the run. */
        void accept(T result) throws IOException;
    }

    /**
     * Of a new run.
     *
     * @param subtasks that keep the base
     */
    static <T> BatchCounters begin(int subtasks, Class<T> results, Receiver<T> receiver) {
        BatchCounters counters =
                new BatchCounters(subtasks, result -> receiver.accept(results.cast(result)));
        RUNS.put(counters.run, counters);
        return counters;
    }

    /** Of the run of this number. */
    public static BatchCounters of(long run) {
        BatchCounters counters = RUNS.get(run);
        if (counters == null) {
            throw new IllegalStateException("Batch run " + run + " is over, or of another JVM.");
        }
        return counters;
    }

    /** Hands a result to who asked for the run. */
    void receive(Object result) throws IOException {
        receiver.accept(result);
    }

    /**
     * Gives all subtasks the same buckets; with copies of their own each would make codes of the
     * centroids. These are made while the base is read.
     */
    void share(Generation generation) {
        generation.coarseCode(); // whoever asks first starts it
        buckets = generation;
    }

    /** What was shared, by a run that shares buckets. */
    public Generation buckets() {
        if (buckets == null) {
            throw new IllegalStateException("Run " + run + " shares no buckets.");
        }
        return buckets;
    }

    /** The number of the run. */
    public long run() {
        return run;
    }

    /** So many more rows of the base were placed. */
    public void placed(long rows) {
        baseRows.add(rows);
    }

    /** So many more bytes of heap hold the base; returns how many these are in all. */
    public long hold(long bytes) {
        return baseBytes.addAndGet(bytes);
    }

    /** A subtask has all of its base. */
    public synchronized void baseDone() {
        baseDoneAt = System.nanoTime();
        baseDone.countDown();
    }

    /** Waits until all subtasks have theirs. */
    public void awaitBase() throws InterruptedException {
        baseDone.await();
    }

    /** So many distances were computed. */
    public void scored(long distances) {
        scored.add(distances);
    }

    /** So many more results were written: queries or pairs. */
    public void written(long results) {
        written.add(results);
        writtenAt = System.nanoTime();
    }

    /** Rows of the base that were placed. */
    public long baseRows() {
        return baseRows.sum();
    }

    /** Bytes of heap that hold the base. */
    public long baseBytes() {
        return baseBytes.get();
    }

    /** Results that were written. */
    public long written() {
        return written.sum();
    }

    long scored() {
        return scored.sum();
    }

    /** Whether all subtasks have all of their base. */
    boolean baseIsDone() {
        return baseDone.getCount() == 0;
    }

    /** {@link System#nanoTime}; once {@link #baseIsDone}. */
    long baseDoneAt() {
        return baseDoneAt;
    }

    /** {@link System#nanoTime} of the newest result; once there was one. */
    long writtenAt() {
        return writtenAt;
    }

    @Override
    public void close() {
        RUNS.remove(run);
    }
}
