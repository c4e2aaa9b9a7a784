package io.nearstream.client;

import io.nearstream.schemas.ProbeResult;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.annotation.Nullable;

/**
 * The probes that wait for their answers, a bounded number of them. Each ends exactly once: with
 * its first answer, at its deadline, or when everything ends. Thread-safe.
 */
final class PendingProbes {
    private record Pending(
            CompletableFuture<ProbeResult> answer, long startNanos, long timeoutNanos) {}

    private final Map<String, Pending> byId = new ConcurrentHashMap<>();
    private final Semaphore room;
    private final int max;
    @Nullable private volatile NearstreamException ended;

    PendingProbes(int max) {
        this.max = max;
        this.room = new Semaphore(max);
    }

    /**
     * Waits for room, then keeps the probe until one of the other methods ends it.
     *
     * @param id not pending
     */
    CompletableFuture<ProbeResult> add(String id, long nowNanos, long timeoutNanos)
            throws InterruptedException {
        if (!room.tryAcquire(timeoutNanos, TimeUnit.NANOSECONDS)) {
            return CompletableFuture.failedFuture(
                    new TimeoutException(
                            "Probe %s was not sent within %d ms: %d probes wait for their answers."
                                    .formatted(
                                            id, TimeUnit.NANOSECONDS.toMillis(timeoutNanos), max)));
        }
        CompletableFuture<ProbeResult> answer = new CompletableFuture<>();
        byId.put(id, new Pending(answer, nowNanos, timeoutNanos));
        NearstreamException failure = ended;
        if (failure != null) {
            fail(id, failure);
        }
        return answer;
    }

    boolean isPending(String id) {
        return byId.containsKey(id);
    }

    /** Ends a probe with its answer; an answer to a probe that has ended is dropped. */
    void complete(String id, ProbeResult result) {
        Pending pending = remove(id);
        if (pending != null) {
            pending.answer.complete(result);
        }
    }

    void fail(String id, Throwable cause) {
        Pending pending = remove(id);
        if (pending != null) {
            pending.answer.completeExceptionally(cause);
        }
    }

    /** Ends every probe whose time has passed. */
    void expire(long nowNanos) {
        byId.forEach(
                (id, pending) -> {
                    if (nowNanos - pending.startNanos >= pending.timeoutNanos) {
                        fail(
                                id,
                                new TimeoutException(
                                        "Probe %s was not answered within %d ms (its deadline and some grace): is the query job running?"
                                                .formatted(
                                                        id,
                                                        TimeUnit.NANOSECONDS.toMillis(
                                                                pending.timeoutNanos))));
                    }
                });
    }

    /** Ends every probe, these and all that come. */
    void end(NearstreamException cause) {
        ended = cause;
        byId.keySet().forEach(id -> fail(id, cause));
    }

    @Nullable
    private Pending remove(String id) {
        Pending pending = byId.remove(id);
        if (pending != null) {
            room.release();
        }
        return pending;
    }
}
