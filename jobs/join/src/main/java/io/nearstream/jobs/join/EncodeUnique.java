package io.nearstream.jobs.join;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.IndexChange;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.VectorEncoding;
import io.nearstream.schemas.VectorWrite;
import io.nearstream.schemas.WriteOp;
import io.nearstream.schemas.wire.AvroWire;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.LongSupplier;
import javax.annotation.Nullable;
import org.apache.flink.api.common.functions.MapFunction;

/**
 * Records of one collection as writes of another, on their way to Kafka. What expires does so as
 * its original would, later by as long as the write takes: a write counts its TTL from where it is
 * appended.
 */
final class EncodeUnique implements MapFunction<IndexChange, OutRecord> {
    private static final long serialVersionUID = 1L;
    private static final ByteBuffer NO_VECTOR = ByteBuffer.allocate(0);

    private final String into;
    private final VectorEncoding encoding;
    private final Clock clock;

    /** Milliseconds since 1970. */
    interface Clock extends LongSupplier, Serializable {}

    EncodeUnique(CollectionSettings into, Clock clock) {
        this.into = into.name();
        this.encoding = VectorEncoding.valueOf(into.encoding().name());
        this.clock = clock;
    }

    @Override
    public OutRecord map(IndexChange change) {
        String id = change.key().id();
        long left =
                change.expiresAt() == IndexChange.NEVER
                        ? IndexChange.NEVER
                        : change.expiresAt() - clock.getAsLong();
        return OutRecord.of(
                TopicNames.VECTORS,
                (into + "/" + id).getBytes(StandardCharsets.UTF_8),
                AvroWire.encode(
                        change.delete() || left <= 0
                                ? delete(id)
                                : upsert(id, change, left == IndexChange.NEVER ? null : left)));
    }

    private VectorWrite upsert(String id, IndexChange change, @Nullable Long ttlMs) {
        return new VectorWrite(
                WriteOp.UPSERT,
                into,
                id,
                encoding,
                ByteBuffer.wrap(change.vector()),
                change.labels(),
                change.payload().length == 0 ? null : ByteBuffer.wrap(change.payload()),
                change.eventTime(),
                ttlMs);
    }

    private VectorWrite delete(String id) {
        return new VectorWrite(
                WriteOp.DELETE,
                into,
                id,
                encoding,
                NO_VECTOR.duplicate(),
                List.of(),
                null,
                null,
                null);
    }
}
