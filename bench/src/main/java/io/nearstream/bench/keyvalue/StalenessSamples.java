package io.nearstream.bench.keyvalue;

import io.nearstream.client.KeyValue;
import io.nearstream.client.KeyValueReader;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import javax.annotation.Nullable;
import org.HdrHistogram.Histogram;

/**
 * Puts that a cache is to show, each with the time it was sent. Many are open at once, so that a
 * cache that stands still has its share of samples, and not one. {@link #open} is for the thread
 * that puts; the rest is for the one that reads.
 */
final class StalenessSamples {
    static final int OPEN_MAX = 4_096;

    /** Looks at a time: more would show as latency of the reads that are measured. */
    private static final int LOOKS = 8;

    /** A put that has not been seen. */
    static final class Sample {
        private final int key;
        private final int sequence;
        private final long sentAt;
        private volatile boolean dropped;
        @Nullable private CompletableFuture<Optional<KeyValue>> read;
        private int floor;

        private Sample(int key, int sequence, long sentAt) {
            this.key = key;
            this.sequence = sequence;
            this.sentAt = sentAt;
        }

        /** The put failed: nobody will see it. */
        void drop() {
            dropped = true;
        }
    }

    private final KeySpace keys;
    private final KeyValueReader cached;
    private final KvTally tally;
    private final LongSupplier clock;
    private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final LongAdder skipped = new LongAdder();
    private final Histogram nanos = new Histogram(Latency.DIGITS);

    /** With a clock of nanoseconds. */
    StalenessSamples(KeySpace keys, KeyValueReader cached, KvTally tally, LongSupplier clock) {
        this.keys = keys;
        this.cached = cached;
        this.tally = tally;
        this.clock = clock;
    }

    /** Opens a sample; empty, and counted, where too many are open. */
    Optional<Sample> open(int key, int sequence, long sentAt) {
        if (count.get() >= OPEN_MAX) {
            skipped.increment();
            return Optional.empty();
        }
        Sample sample = new Sample(key, sequence, sentAt);
        count.incrementAndGet();
        samples.add(sample);
        return Optional.of(sample);
    }

    /** Looks once for some of those that are open, in turn. */
    void look() {
        for (int left = Math.min(LOOKS, count.get()); left > 0; left--) {
            Sample sample = samples.poll();
            if (sample == null) {
                return;
            }
            if (sample.dropped || seen(sample)) {
                count.decrementAndGet();
            } else {
                samples.add(sample);
            }
        }
    }

    private boolean seen(Sample sample) {
        if (sample.read == null) {
            sample.floor = keys.floor(ReadWay.CACHED, sample.key);
            sample.read = cached.get(keys.name(sample.key));
        }
        CompletableFuture<Optional<KeyValue>> read = sample.read;
        if (!read.isDone()) {
            return false; // not in the cache, and on its way
        }
        sample.read = null;
        if (read.isCompletedExceptionally()) {
            tally.failed(read.handle((found, failure) -> failure).join());
            return false;
        }
        Optional<KeyValue> found = read.join();
        keys.problem(ReadWay.CACHED, sample.key, sample.floor, found).ifPresent(tally::wrong);
        boolean seen =
                found.isPresent() && keys.sequence(sample.key, found.get()) >= sample.sequence;
        if (seen) {
            nanos.recordValue(Math.max(0, clock.getAsLong() - sample.sentAt));
        }
        return seen;
    }

    /** How many are open. */
    int openSamples() {
        return count.get();
    }

    /** Puts whose turn it was while too many were open. */
    long skipped() {
        return skipped.sum();
    }

    /** Of all; what is open still counts with its age, which is less than it will have. */
    Latency staleness() {
        Histogram all = nanos.copy();
        for (Sample sample : samples) {
            if (!sample.dropped) {
                all.recordValue(Math.max(0, clock.getAsLong() - sample.sentAt));
            }
        }
        return Latency.of(all);
    }
}
