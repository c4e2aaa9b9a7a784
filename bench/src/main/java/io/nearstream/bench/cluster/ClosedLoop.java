package io.nearstream.bench.cluster;

import io.nearstream.client.NearstreamException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import javax.annotation.Nullable;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Keeps a number of operations under way: each that ends makes room for the next. Runs on a thread
 * of its own from its creation until it is closed. {@link #measure} is called by one thread.
 */
final class ClosedLoop implements AutoCloseable {
    private static final int DIGITS = 3;

    /** More failures than answers, and so many: nobody is there. */
    private static final long FAILURES_MAX = 200;

    /** Longer than the deadline of any operation. */
    private static final Duration DRAIN_WITHIN = Duration.ofSeconds(60);

    private final Traffic traffic;
    private final int inFlight;
    private final Clock clock;
    private final SplittableRandom random;
    private final Semaphore free;
    private final Thread sender = new Thread(this::send, "closed-loop");
    private final Recorder latency = new Recorder(DIGITS);
    private final LongAdder answered = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicReference<Throwable> firstFailure = new AtomicReference<>();
    private volatile boolean stopped;

    private ClosedLoop(Traffic traffic, int inFlight, SplittableRandom random, Clock clock) {
        this.traffic = traffic;
        this.inFlight = inFlight;
        this.random = random;
        this.clock = clock;
        this.free = new Semaphore(inFlight);
        this.sender.setDaemon(true);
    }

    /** Starts with so many operations under way, at least 1. */
    static ClosedLoop start(Traffic traffic, int inFlight, SplittableRandom random, Clock clock) {
        ClosedLoop loop = new ClosedLoop(traffic, inFlight, random, clock);
        loop.sender.start();
        return loop;
    }

    private void send() {
        try {
            while (!stopped) {
                free.acquire();
                if (stopped) {
                    free.release();
                    return;
                }
                long start = System.nanoTime();
                traffic.next(random)
                        .whenComplete(
                                (right, failure) -> {
                                    end(start, right, failure);
                                    free.release();
                                });
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException broken) {
            firstFailure.compareAndSet(null, broken);
            stopped = true;
            free.release(); // of the operation that was not sent
        }
    }

    private void end(long start, @Nullable Boolean right, @Nullable Throwable failure) {
        if (failure != null) {
            firstFailure.compareAndSet(null, failure);
            failed.increment();
            return;
        }
        latency.recordValue(Math.max(0, System.nanoTime() - start));
        answered.increment();
        if (!right) {
            wrong.increment();
        }
    }

    /**
     * What is answered in the time that follows.
     *
     * @throws NearstreamException if the sender has ended, or hardly anything is answered
     */
    LoadWindow measure(Duration duration) throws InterruptedException {
        latency.reset();
        Instant from = clock.instant();
        long answeredBefore = answered.sum();
        long wrongBefore = wrong.sum();
        long failedBefore = failed.sum();
        long start = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        long nanos = System.nanoTime() - start;
        Histogram histogram = latency.getIntervalHistogram();
        LoadWindow window =
                new LoadWindow(
                        from,
                        nanos,
                        answered.sum() - answeredBefore,
                        wrong.sum() - wrongBefore,
                        failed.sum() - failedBefore,
                        histogram);
        requireHope(window);
        return window;
    }

    private void requireHope(LoadWindow window) {
        if (stopped || window.failures() > Math.max(FAILURES_MAX, window.operations())) {
            Throwable cause = firstFailure.get();
            throw new NearstreamException(
                    "%d operations failed and %d were answered in %.1f s; the first failure: %s"
                            .formatted(
                                    window.failures(),
                                    window.operations(),
                                    window.nanos() / 1e9,
                                    cause == null ? "none" : cause.getMessage()),
                    cause);
        }
    }

    /** What went wrong first, for a report; empty where nothing did. */
    String firstFailure() {
        Throwable cause = firstFailure.get();
        return cause == null ? "" : String.valueOf(cause.getMessage());
    }

    /** Sends nothing more, and waits for what is under way. */
    @Override
    public void close() {
        stopped = true;
        try {
            if (!free.tryAcquire(inFlight, DRAIN_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                sender.interrupt();
                throw new NearstreamException(
                        "%d operations have not ended within %d s of the last one."
                                .formatted(
                                        inFlight - free.availablePermits(),
                                        DRAIN_WITHIN.toSeconds()),
                        null);
            }
            free.release(inFlight);
            sender.join();
        } catch (InterruptedException interrupted) {
            sender.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
