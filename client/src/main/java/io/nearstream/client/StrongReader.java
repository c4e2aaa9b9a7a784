package io.nearstream.client;

import io.nearstream.core.model.Limits;
import io.nearstream.jobs.common.wire.KeyValueWire;
import io.nearstream.schemas.KeyValueCondition;
import io.nearstream.schemas.KeyValueOp;
import io.nearstream.schemas.KeyValueResult;
import io.nearstream.schemas.KeyValueStatus;
import io.nearstream.schemas.KeyValueWrite;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import javax.annotation.Nullable;

/**
 * Reads through the log: a read is a record among the writes of its key, and the job answers it
 * from the state that all writes before it have made. Linearizable with the writes: it sees every
 * one that was acknowledged before it began. Thread-safe.
 */
final class StrongReader implements KeyValueReader {
    private static final ByteBuffer NO_VALUE = ByteBuffer.allocate(0);

    private final KeyValueRequests requests;
    private final Set<CompletableFuture<Optional<KeyValue>>> pending =
            ConcurrentHashMap.newKeySet();
    private final Runnable onClose;
    private volatile boolean closed;

    StrongReader(KeyValueRequests requests, Runnable onClose) {
        this.requests = requests;
        this.onClose = onClose;
    }

    @Override
    public CompletableFuture<Optional<KeyValue>> get(String key) {
        Gets.checkKey(key);
        CompletableFuture<Optional<KeyValue>> answer = new CompletableFuture<>();
        pending.add(answer);
        answer.whenComplete((value, failure) -> pending.remove(answer));
        if (closed) {
            answer.completeExceptionally(closedException());
            return answer;
        }
        String what = "The read of " + Limits.quote(key);
        try {
            requests.send(key, read(), what)
                    .whenComplete((result, failure) -> end(answer, key, what, result, failure));
        } catch (RuntimeException failure) {
            answer.completeExceptionally(failure);
            throw failure;
        }
        return answer;
    }

    @Override
    public CompletableFuture<Map<String, KeyValue>> getAll(Collection<String> keys) {
        return Gets.all(keys, this::get);
    }

    private static void end(
            CompletableFuture<Optional<KeyValue>> answer,
            String key,
            String what,
            @Nullable KeyValueResult result,
            @Nullable Throwable failure) {
        if (failure != null) {
            answer.completeExceptionally(
                    failure instanceof NearstreamException
                            ? failure
                            : new NearstreamException(failure.getMessage(), failure));
        } else if (result.getStatus() == KeyValueStatus.MISSING) {
            answer.complete(Optional.empty());
        } else if (result.getStatus() == KeyValueStatus.FOUND && result.getState() != null) {
            found(answer, key, what, result);
        } else {
            answer.completeExceptionally(KeyValueRequests.refused(what, result));
        }
    }

    private static void found(
            CompletableFuture<Optional<KeyValue>> answer,
            String key,
            String what,
            KeyValueResult result) {
        try {
            answer.complete(Optional.of(Gets.keyValue(key, KeyValueWire.entry(result.getState()))));
        } catch (IllegalArgumentException | IllegalStateException broken) {
            answer.completeExceptionally(
                    new NearstreamException(
                            "%s was answered with a broken value: %s"
                                    .formatted(what, broken.getMessage()),
                            broken));
        }
    }

    private static KeyValueWrite read() {
        return new KeyValueWrite(
                KeyValueOp.READ,
                NO_VALUE.duplicate(),
                null,
                KeyValueCondition.NONE,
                null,
                null,
                null,
                null);
    }

    private static NearstreamException closedException() {
        return new NearstreamException("The reader was closed.");
    }

    /** Ends its reads; the requests behind it are the client's. */
    @Override
    public void close() {
        closed = true;
        pending.forEach(answer -> answer.completeExceptionally(closedException()));
        onClose.run();
    }
}
