package io.nearstream.client;

import io.nearstream.core.model.Limits;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import javax.annotation.Nullable;

/**
 * One get under way: attempts one after the other, each at one proxy. An answer to any of them
 * counts, but only the newest one's failure leads to another. Thread-safe.
 */
final class LiveRead {
    /**
     * One call.
     *
     * @param proxy that is asked
     * @param calls the connection to it; null if there is none
     * @param startNanos when it began
     */
    record Attempt(StateProxy proxy, @Nullable StateCalls calls, long startNanos) {
        /** What it failed of that has gone unanswered for too long. */
        TimeoutException noAnswer(LiveReadOptions options) {
            return new TimeoutException(
                    "no answer from %s within %d ms"
                            .formatted(proxy.address(), options.attemptTimeout().toMillis()));
        }
    }

    private static final long BACK_OFF_MIN_NANOS = 10_000_000L;
    private static final int BACK_OFF_DOUBLINGS_MAX = 4;

    private final String key;
    private final long startNanos;
    private final CompletableFuture<Optional<KeyValue>> answer = new CompletableFuture<>();
    @Nullable private Attempt newest;
    private int attempts;
    private int roundAttempts;
    private long roundNanos;
    private boolean waiting;
    private boolean waitsForOther;
    private long waitsSince;
    private int rounds;
    private String lastFailure = "no attempt was made";
    @Nullable private Throwable lastCause;

    LiveRead(String key, long nowNanos) {
        this.key = key;
        this.startNanos = nowNanos;
    }

    String key() {
        return key;
    }

    long startNanos() {
        return startNanos;
    }

    CompletableFuture<Optional<KeyValue>> answer() {
        return answer;
    }

    /** Whether it was not attempted yet. */
    synchronized boolean isFresh() {
        return attempts == 0;
    }

    synchronized void begin(Attempt attempt) {
        if (roundAttempts == 0) {
            roundNanos = attempt.startNanos;
        }
        newest = attempt;
        attempts++;
        roundAttempts++;
        waiting = false;
        waitsForOther = false;
    }

    /**
     * An attempt has failed; false if it was not the newest, or has failed already.
     *
     * @param addresses after each round of so many attempts the get waits a while
     */
    synchronized boolean failed(Attempt attempt, Throwable cause, int addresses, long nowNanos) {
        if (attempt != newest || waiting) {
            return false;
        }
        // A closed connection says less than what made its reader close it.
        if (lastCause == null || !(Gets.unwrap(cause) instanceof ClosedChannelException)) {
            lastFailure = FlinkStateFailures.text(cause);
            lastCause = Gets.unwrap(cause);
        }
        waiting = true;
        waitsSince = nowNanos;
        if (roundAttempts >= addresses) {
            rounds++;
            roundAttempts = 0;
        }
        return true;
    }

    /** Another get of the key group tries; this one does when that has an answer, or its end. */
    void waitsFor(LiveRead other, long nowNanos) {
        Seen seen = other.seen();
        synchronized (this) {
            if (lastCause == null && seen.cause != null) {
                lastFailure = seen.failure;
                lastCause = seen.cause;
            }
            waiting = true;
            waitsForOther = true;
            waitsSince = nowNanos;
            roundAttempts = 0;
        }
    }

    /** What a get that waits can say of the one that it waits for. */
    private record Seen(String failure, @Nullable Throwable cause) {}

    private synchronized Seen seen() {
        return new Seen(lastFailure, lastCause);
    }

    /** Whether it waits because another get tries. */
    synchronized boolean isWaitingForOther() {
        return waiting && waitsForOther;
    }

    /** When the first attempt of the newest round began, in which each address is asked once. */
    synchronized long roundNanos() {
        return roundNanos;
    }

    /** Whether the next address is to be asked at once: not all were in this round. */
    synchronized boolean failsOver() {
        return waiting && roundAttempts > 0;
    }

    /** Whether it has waited long enough for its next attempt. */
    synchronized boolean isDue(long nowNanos) {
        return waiting && nowNanos - waitsSince >= backOffNanos();
    }

    private long backOffNanos() {
        int doublings = Math.min(Math.max(rounds - 1, 0), BACK_OFF_DOUBLINGS_MAX);
        return BACK_OFF_MIN_NANOS << doublings;
    }

    /**
     * When it is to be looked at next, unless its attempt ends before: for its next attempt, or
     * since the newest one is overdue, or at its deadline. Nanoseconds from now, 0 or less if that
     * has come.
     */
    synchronized long idleNanos(long nowNanos, long attemptNanos, long deadlineNanos) {
        long untilDeadline = startNanos + deadlineNanos - nowNanos;
        if (waiting) {
            return Math.min(untilDeadline, waitsSince + backOffNanos() - nowNanos);
        }
        return newest == null
                ? untilDeadline
                : Math.min(untilDeadline, newest.startNanos + attemptNanos - nowNanos);
    }

    /** The attempt that has gone unanswered for so long; null if there is none. */
    @Nullable
    synchronized Attempt overdue(long nowNanos, long timeoutNanos) {
        return newest != null && !waiting && nowNanos - newest.startNanos >= timeoutNanos
                ? newest
                : null;
    }

    /** What its deadline has come to. */
    synchronized NearstreamException unreachable(LiveReadOptions options) {
        return new NearstreamException(
                "The state cannot be reached: %s to read a key within %d ms at %s, the last one: %s. Is the job running, and are these its TaskManagers?"
                        .formatted(
                                attempts > 0 ? attempts + " attempts" : "other gets tried in vain",
                                options.deadline().toMillis(),
                                String.join(", ", options.addresses()),
                                lastFailure),
                lastCause);
    }

    /** What there is cannot be read. */
    NearstreamException unreadable(Throwable cause) {
        return new NearstreamException(
                "The state of key %s cannot be decoded: %s"
                        .formatted(Limits.quote(key), cause.getMessage()),
                cause);
    }
}
