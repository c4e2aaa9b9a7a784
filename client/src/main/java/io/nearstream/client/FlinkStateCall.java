package io.nearstream.client;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.queryablestate.client.state.serialization.KvStateSerializer;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * A call of {@link FlinkStateCalls} that waits for its answer.
 *
 * @param <T> what is read
 */
record FlinkStateCall<T>(CompletableFuture<T> answer, TypeSerializer<T> serializer) {
    /** Ends it with an answer that has come, or with a {@link FlinkRuntimeException} about it. */
    void end(byte[] content) {
        T value;
        try {
            value = KvStateSerializer.deserializeValue(content, serializer);
        } catch (IOException | RuntimeException unreadable) {
            answer.completeExceptionally(new FlinkRuntimeException(unreadable));
            return;
        }
        answer.complete(value);
    }
}
