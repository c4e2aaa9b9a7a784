package io.nearstream.client;

import io.nearstream.core.keyvalue.Condition;
import io.nearstream.core.keyvalue.KeyValueCommand;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.KeyValueWire;
import io.nearstream.schemas.KeyValueChange;
import io.nearstream.schemas.KeyValueCondition;
import io.nearstream.schemas.KeyValueOp;
import io.nearstream.schemas.KeyValueResult;
import io.nearstream.schemas.KeyValueStatus;
import io.nearstream.schemas.KeyValueWrite;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;
import org.apache.kafka.clients.producer.Producer;

/**
 * Puts and deletes keys. Writes of one key by one of the two methods keep their order; of writes by
 * different ones, and by different writers, the later is the one that the broker appends later. A
 * full buffer, or too many that wait for an answer, block the caller, at most for the client's
 * deadlines. Thread-safe. Actions that depend on a future run on a reading or sending thread and
 * must not block.
 */
public final class KeyValueWriter {
    private final Producer<byte[], byte[]> bulk;
    private final KeyValueRequests requests;

    KeyValueWriter(Producer<byte[], byte[]> bulk, KeyValueRequests requests) {
        this.bulk = bulk;
        this.requests = requests;
    }

    /**
     * Appends a write without asking what becomes of it: one whose condition does not hold changes
     * nothing, and nobody is told.
     *
     * @return complete once every in-sync replica of the broker holds the write; the job applies it
     *     some milliseconds later, whatever fails
     */
    public CompletableFuture<WriteReceipt> append(KeyValueRequest request) {
        return Appends.send(
                bulk,
                TopicNames.KV_WRITES,
                request.key(),
                KeyValueWire.key(request.key()),
                AvroWire.encode(write(request)));
    }

    /**
     * Makes a write and asks what became of it.
     *
     * @return complete once the job has applied the write or found that its condition does not
     *     hold. Fails with a {@link NearstreamException} if the job refuses it, or if no answer
     *     comes within {@link ClientOptions#keyValueDeadline}: {@link
     *     NearstreamException#outcomeUnknown} tells the two apart
     */
    public CompletableFuture<KeyValueOutcome> apply(KeyValueRequest request) {
        CompletableFuture<KeyValueOutcome> outcome = new CompletableFuture<>();
        requests.send(request.key(), write(request), "The write of " + Limits.quote(request.key()))
                .whenComplete((result, failure) -> end(outcome, request, result, failure));
        return outcome;
    }

    /** Sends what {@link #append} has lingering, and waits for its acknowledgement. */
    public void flush() {
        bulk.flush();
    }

    private static void end(
            CompletableFuture<KeyValueOutcome> outcome,
            KeyValueRequest request,
            @Nullable KeyValueResult result,
            @Nullable Throwable failure) {
        if (failure instanceof PendingAnswers.NotSentException) {
            outcome.completeExceptionally(new NearstreamException(failure.getMessage(), failure));
        } else if (failure != null) {
            outcome.completeExceptionally(NearstreamException.unknownOutcome(failure));
        } else if (result.getStatus() == KeyValueStatus.APPLIED
                || result.getStatus() == KeyValueStatus.CONDITION_FAILED) {
            outcome.complete(
                    new KeyValueOutcome(
                            result.getStatus() == KeyValueStatus.APPLIED, version(result)));
        } else {
            outcome.completeExceptionally(
                    KeyValueRequests.refused(
                            "The write of " + Limits.quote(request.key()), result));
        }
    }

    private static Optional<Version> version(KeyValueResult result) {
        KeyValueChange state = result.getState();
        return state == null || state.getDeleted()
                ? Optional.empty()
                : Optional.of(KeyValueWire.version(state.getVersion()));
    }

    private static KeyValueWrite write(KeyValueRequest request) {
        Condition condition = request.condition();
        boolean byVersion = condition.kind() == Condition.Kind.VERSION;
        return new KeyValueWrite(
                request.op() == KeyValueCommand.Op.PUT ? KeyValueOp.PUT : KeyValueOp.DELETE,
                ByteBuffer.wrap(request.value()),
                request.ttl().map(Duration::toMillis).orElse(null),
                switch (condition.kind()) {
                    case NONE -> KeyValueCondition.NONE;
                    case ABSENT -> KeyValueCondition.IF_ABSENT;
                    case VERSION -> KeyValueCondition.IF_VERSION;
                },
                byVersion ? KeyValueWire.stamp(condition.version()) : null,
                request.writerTime().isPresent() ? request.writerTime().getAsLong() : null,
                null,
                null);
    }
}
