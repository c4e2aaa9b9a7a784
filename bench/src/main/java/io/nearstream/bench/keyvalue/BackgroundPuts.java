package io.nearstream.bench.keyvalue;

import io.nearstream.client.KeyValue;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.KeyValueWriter;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import javax.annotation.Nullable;
import org.HdrHistogram.Histogram;

/**
 * Puts so many values a second while something else is measured, and tells how long a cache goes on
 * showing what one of them has replaced. {@link #look} is called by the thread that reads the
 * cache: a thread of its own would take the processor from it.
 */
final class BackgroundPuts implements AutoCloseable {
    private static final int DIGITS = 3;
    private static final long JOIN_MS = 10_000;

    /** A put whose turn it is to be looked for. */
    private record Sample(int key, int sequence, long sentAt) {}

    private final KeySpace keys;
    private final KeyValueWriter writer;
    private final KeyValueReader cached;
    private final KvTally tally;
    private final KeyChooser chooser;
    private final SplittableRandom random;
    private final long intervalNanos;
    private final LongAdder sent = new LongAdder();
    private final Histogram staleness = new Histogram(DIGITS);
    private final Thread thread = new Thread(this::work, "bench-background-puts");
    private final long startedAt = System.nanoTime();
    @Nullable private volatile Sample sample;
    private volatile boolean ended;

    /**
     * Starts.
     *
     * @param putsPerSecond at least 1
     * @param chooser which keys, one of its own
     */
    BackgroundPuts(
            KeySpace keys,
            KeyValueWriter writer,
            KeyValueReader cached,
            KvTally tally,
            int putsPerSecond,
            KeyChooser chooser,
            SplittableRandom random) {
        this.keys = keys;
        this.writer = writer;
        this.cached = cached;
        this.tally = tally;
        this.chooser = chooser;
        this.random = random;
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / putsPerSecond;
        thread.setDaemon(true);
        thread.start();
    }

    private void work() {
        long due = startedAt;
        while (!ended) {
            due += intervalNanos;
            for (long now = System.nanoTime(); now < due && !ended; now = System.nanoTime()) {
                LockSupport.parkNanos(due - now);
            }
            put(chooser.next(random));
        }
    }

    private void put(int key) {
        keys.use(key);
        int sequence;
        long sentAt = System.nanoTime();
        synchronized (keys.lock(key)) {
            sequence = keys.issue(key);
            int number = sequence;
            writer.append(KeyValueRequest.put(keys.name(key), keys.value(key, sequence)))
                    .whenComplete(
                            (receipt, failure) -> {
                                if (failure == null) {
                                    keys.acknowledged(key, number);
                                    sent.increment();
                                } else {
                                    tally.failed(failure);
                                }
                            });
        }
        if (sample == null) {
            sample = new Sample(key, sequence, sentAt);
        }
    }

    /** Looks once whether the cache shows the sample; then another put's turn comes. */
    void look() {
        Sample looked = sample;
        if (looked == null) {
            return;
        }
        int floor = keys.floor(ReadWay.CACHED, looked.key());
        CompletableFuture<Optional<KeyValue>> read = cached.get(keys.name(looked.key()));
        if (!read.isDone() || read.isCompletedExceptionally()) {
            return; // not in the cache, and on its way
        }
        Optional<KeyValue> found = read.join();
        keys.problem(ReadWay.CACHED, looked.key(), floor, found).ifPresent(tally::wrong);
        if (found.isPresent() && keys.sequence(looked.key(), found.get()) >= looked.sequence()) {
            staleness.recordValue(System.nanoTime() - looked.sentAt());
            sample = null;
        }
    }

    /** Puts that were acknowledged so far, per second. */
    double perSecond() {
        return sent.sum() / ((System.nanoTime() - startedAt) / 1e9);
    }

    /**
     * From sending a put until the cache showed it or a later one; after the last {@link #look}.
     */
    Latency staleness() {
        return Latency.of(staleness);
    }

    @Override
    public void close() throws InterruptedException {
        ended = true;
        LockSupport.unpark(thread);
        thread.join(JOIN_MS);
    }
}
