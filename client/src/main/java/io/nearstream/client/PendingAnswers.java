package io.nearstream.client;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.annotation.Nullable;

/**
 * The requests that wait for their answers, a bounded number of them. Each ends exactly once: with
 * its first answer, at its deadline, or when everything ends. Thread-safe.
 *
 * @param <T> an answer
 */
final class PendingAnswers<T> {
    /** A request that found no room: it never left, unlike one whose answer does not come. */
    static final class NotSentException extends TimeoutException {
        private NotSentException(String message) {
            super(message);
        }
    }

    private record Pending<T>(
            String what, CompletableFuture<T> answer, long startNanos, long timeoutNanos) {}

    private final Map<String, Pending<T>> byId = new ConcurrentHashMap<>();
    private final Semaphore room;
    private final int max;
    private final String hint;
    @Nullable private volatile NearstreamException ended;

    /**
     * Nothing pending.
     *
     * @param max requests that may wait at a time
     * @param hint ends the message of a request that is not answered in time
     */
    PendingAnswers(int max, String hint) {
        this.max = max;
        this.hint = hint;
        this.room = new Semaphore(max);
    }

    /**
     * Waits for room, then keeps the request until one of the other methods ends it.
     *
     * @param id not pending
     * @param what the request, for messages
     */
    CompletableFuture<T> add(String id, String what, long nowNanos, long timeoutNanos)
            throws InterruptedException {
        if (!room.tryAcquire(timeoutNanos, TimeUnit.NANOSECONDS)) {
            return CompletableFuture.failedFuture(
                    new NotSentException(
                            "%s was not sent within %d ms: %d others wait for their answers."
                                    .formatted(
                                            what,
                                            TimeUnit.NANOSECONDS.toMillis(timeoutNanos),
                                            max)));
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        byId.put(id, new Pending<>(what, answer, nowNanos, timeoutNanos));
        NearstreamException failure = ended;
        if (failure != null) {
            fail(id, failure);
        }
        return answer;
    }

    boolean isPending(String id) {
        return byId.containsKey(id);
    }

    /** Ends a request with its answer; an answer to a request that has ended is dropped. */
    void complete(String id, T result) {
        Pending<T> pending = remove(id);
        if (pending != null) {
            pending.answer.complete(result);
        }
    }

    void fail(String id, Throwable cause) {
        Pending<T> pending = remove(id);
        if (pending != null) {
            pending.answer.completeExceptionally(cause);
        }
    }

    /** Ends every request whose time has passed. */
    void expire(long nowNanos) {
        byId.forEach(
                (id, pending) -> {
                    if (nowNanos - pending.startNanos >= pending.timeoutNanos) {
                        fail(
                                id,
                                new TimeoutException(
                                        "%s was not answered within %d ms%s"
                                                .formatted(
                                                        pending.what,
                                                        TimeUnit.NANOSECONDS.toMillis(
                                                                pending.timeoutNanos),
                                                        hint)));
                    }
                });
    }

    /** Ends every request, these and all that come. */
    void end(NearstreamException cause) {
        ended = cause;
        byId.keySet().forEach(id -> fail(id, cause));
    }

    @Nullable
    private Pending<T> remove(String id) {
        Pending<T> pending = byId.remove(id);
        if (pending != null) {
            room.release();
        }
        return pending;
    }
}
