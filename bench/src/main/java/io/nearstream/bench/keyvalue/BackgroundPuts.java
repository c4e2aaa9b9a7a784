package io.nearstream.bench.keyvalue;

import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.KeyValueWriter;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Puts so many values a second while something else is measured, and tells how long a cache goes on
 * showing what one of them has replaced. {@link #look} is called by the thread that reads the
 * cache: a thread of its own would take the processor from it.
 */
final class BackgroundPuts implements AutoCloseable {

    /** Samples of staleness: many enough for the 99th percentile of a few seconds. */
    private static final int SAMPLES_PER_SECOND = 250;

    /** Between two looks: each is a get that is not counted, and still within a quarter of a ms. */
    private static final long LOOK_EVERY_NANOS = 250_000;

    private static final long JOIN_MS = 10_000;

    private final KeySpace keys;
    private final KeyValueWriter writer;
    private final StalenessSamples samples;
    private final int sampleEvery;
    private final KvTally tally;
    private final KeyChooser chooser;
    private final SplittableRandom random;
    private final long intervalNanos;
    private final LongAdder sent = new LongAdder();
    private final Thread thread = new Thread(this::work, "bench-background-puts");
    private volatile long startedAt;
    private long puts;
    private boolean started;
    private long lookedAt;
    private volatile boolean ended;

    /**
     * Starts with the first {@link #look}, so that no put waits for one.
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
        this.samples = new StalenessSamples(keys, cached, tally, System::nanoTime);
        this.sampleEvery =
                Math.max(1, (putsPerSecond + SAMPLES_PER_SECOND - 1) / SAMPLES_PER_SECOND);
        this.tally = tally;
        this.chooser = chooser;
        this.random = random;
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / putsPerSecond;
        thread.setDaemon(true);
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
        keys.use(key, 1);
        int sequence;
        long sentAt = System.nanoTime();
        synchronized (keys.lock(key)) {
            sequence = keys.issue(key);
            int number = sequence;
            Optional<StalenessSamples.Sample> sample =
                    puts++ % sampleEvery == 0
                            ? samples.open(key, sequence, sentAt)
                            : Optional.empty();
            writer.append(KeyValueRequest.put(keys.name(key), keys.value(key, sequence)))
                    .whenComplete(
                            (receipt, failure) -> {
                                if (failure == null) {
                                    keys.acknowledged(key, number);
                                    sent.increment();
                                } else {
                                    tally.failed(failure);
                                    sample.ifPresent(StalenessSamples.Sample::drop);
                                }
                            });
        }
    }

    /** Looks once for some of the samples that are open. */
    void look() {
        long now = System.nanoTime();
        if (!started) {
            started = true;
            startedAt = now;
            thread.start();
        } else if (now - lookedAt < LOOK_EVERY_NANOS) {
            return;
        }
        lookedAt = now;
        samples.look();
    }

    /** Puts that were acknowledged so far, per second. */
    double perSecond() {
        return sent.sum() / ((System.nanoTime() - startedAt) / 1e9);
    }

    /**
     * From sending a put until the cache showed it or a later one, sampled at a fixed rate; after
     * the last {@link #look}. What is open still counts with its age.
     */
    Latency staleness() {
        return samples.staleness();
    }

    /** Samples that were not taken, since too many were open: what is above is too low then. */
    long skippedSamples() {
        return samples.skipped();
    }

    @Override
    public void close() throws InterruptedException {
        ended = true;
        LockSupport.unpark(thread);
        thread.join(JOIN_MS);
    }
}
