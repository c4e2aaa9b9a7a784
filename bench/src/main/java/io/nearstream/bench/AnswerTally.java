package io.nearstream.bench;

import io.nearstream.client.NearstreamException;
import io.nearstream.schemas.ProbeResult;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.annotation.Nullable;
import org.HdrHistogram.Histogram;

/**
 * Keeps count of answers: what they cost, how long they took, and apart from the complete ones
 * those that were refused, partial or never came. Thread-safe.
 */
public final class AnswerTally {
    private static final int DIGITS = 3;

    private final Histogram micros = new Histogram(DIGITS);
    private long windowEnd = Long.MAX_VALUE;
    private long windowVectors;
    private long complete;
    private long completeVectors;
    private long partial;
    private long refused;
    private long timedOut;
    private long buckets;
    private long messages;
    private long scored;
    @Nullable private String firstProblem;
    @Nullable private Throwable failure;

    /** Counts an answer that came after so many nanoseconds. */
    public synchronized void answered(ProbeResult result, int vectors, long sentAt, long now) {
        switch (result.getStatus()) {
            case COMPLETE -> {
                complete++;
                completeVectors += vectors;
                if (now <= windowEnd) {
                    windowVectors += vectors;
                }
                took(now - sentAt);
            }
            case PARTIAL -> {
                partial++;
                took(now - sentAt);
            }
            case REFUSED -> refused++;
            default -> throw new IllegalStateException("Unknown status " + result.getStatus());
        }
        if (result.getMessage() != null && firstProblem == null) {
            firstProblem = "%s: %s".formatted(result.getReason(), result.getMessage());
        }
        buckets += result.getBucketsVisited();
        messages += result.getMessages();
        scored += result.getVectorsScored();
    }

    private void took(long nanos) {
        micros.recordValue(TimeUnit.NANOSECONDS.toMicros(nanos));
    }

    /**
     * Counts a probe whose answer did not come within so many nanoseconds; anything but a timeout
     * ends the benchmark.
     */
    public synchronized void unanswered(Throwable cause, long nanos) {
        if (cause instanceof TimeoutException) {
            timedOut++;
            took(nanos);
        } else if (failure == null) {
            failure = cause;
        }
    }

    /** Answers that come later do not count for {@link #windowVectors}. */
    synchronized void endWindow(long nanoTime) {
        windowEnd = nanoTime;
    }

    /**
     * Ends a benchmark that cannot ask at all.
     *
     * @throws NearstreamException with the first failure
     */
    public synchronized void requireNoFailure() {
        if (failure != null) {
            throw new NearstreamException(failure.getMessage(), failure);
        }
    }

    /** What the first answer that was not complete said. */
    synchronized Optional<String> firstProblem() {
        return Optional.ofNullable(firstProblem);
    }

    /** Query vectors with a complete answer before the window's end. */
    synchronized long windowVectors() {
        return windowVectors;
    }

    /** Of all but refused probes: what came in part, or never, took as long as it did. */
    public synchronized Percentiles latency() {
        return Percentiles.of(micros);
    }

    /** The counts so far. */
    public synchronized AnswerCounts counts() {
        return new AnswerCounts(
                complete, completeVectors, partial, refused, timedOut, buckets, messages, scored);
    }
}
