package io.nearstream.client;

import io.nearstream.jobs.common.wire.KeyValueWire;
import io.nearstream.schemas.KeyValueResult;
import io.nearstream.schemas.KeyValueWrite;
import io.nearstream.schemas.wire.AvroWire;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.annotation.Nullable;

/**
 * Writes and strong reads of keys that wait for their answers; all of one client share one result
 * partition and its reading thread, which starts with the first of them. Thread-safe.
 */
final class KeyValueRequests {
    private final Supplier<Requests<KeyValueResult>> starter;
    private final long deadlineNanos;
    @Nullable private volatile Requests<KeyValueResult> started;
    private boolean closed;

    KeyValueRequests(Supplier<Requests<KeyValueResult>> starter, Duration deadline) {
        this.starter = starter;
        this.deadlineNanos = deadline.toNanos();
    }

    /** Sends a write or read under a new id; see {@link Requests#send}. */
    CompletableFuture<KeyValueResult> send(String key, KeyValueWrite write, String what) {
        Requests<KeyValueResult> requests = requests();
        String id = requests.nextId();
        write.setRequestId(id);
        write.setResultPartition(requests.resultPartition());
        return requests.send(
                id, what, KeyValueWire.key(key), AvroWire.encode(write), deadlineNanos);
    }

    /** What a refused request, or one with an answer that does not fit it, fails with. */
    static NearstreamException refused(String what, KeyValueResult result) {
        return new NearstreamException(
                "%s was %s (%s): %s"
                        .formatted(
                                what,
                                result.getStatus().name().toLowerCase(Locale.ROOT),
                                result.getReason(),
                                result.getMessage()));
    }

    private Requests<KeyValueResult> requests() {
        Requests<KeyValueResult> running = started;
        return running != null ? running : start();
    }

    private synchronized Requests<KeyValueResult> start() {
        if (closed) {
            throw new NearstreamException("The client was closed.");
        }
        if (started == null) {
            started = starter.get();
        }
        return started;
    }

    /** Ends what is pending. */
    synchronized void close() {
        closed = true;
        if (started != null) {
            started.close();
        }
    }
}
