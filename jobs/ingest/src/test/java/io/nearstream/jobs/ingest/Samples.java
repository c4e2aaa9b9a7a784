package io.nearstream.jobs.ingest;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.schemas.VectorEncoding;
import io.nearstream.schemas.VectorWrite;
import io.nearstream.schemas.WriteOp;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Records that tests share. */
public final class Samples {
    /** Four bytes, cosine. */
    public static final CollectionSettings COLORS =
            CollectionSettings.learned("colors", 0x1234L, 4, Metric.COSINE, Encoding.UINT8);

    public static final byte[] VECTOR = {1, 2, 3, 4};

    private Samples() {}

    /** An upsert into the collection of colors, every optional field absent. */
    public static VectorWrite upsert(String id) {
        VectorWrite write = new VectorWrite();
        write.setOp(WriteOp.UPSERT);
        write.setCollection(COLORS.name());
        write.setId(id);
        write.setEncoding(VectorEncoding.UINT8);
        write.setVector(ByteBuffer.wrap(VECTOR));
        write.setLabels(List.of());
        return write;
    }

    public static VectorWrite delete(String id) {
        VectorWrite write = upsert(id);
        write.setOp(WriteOp.DELETE);
        write.setVector(ByteBuffer.allocate(0));
        return write;
    }

    /** The write as Kafka gives it, under its own key. */
    public static RawRecord raw(VectorWrite write, int partition, long offset, long appendTime) {
        String key = write.getCollection() + "/" + write.getId();
        return raw(key, AvroWire.encode(write), partition, offset, appendTime);
    }

    public static RawRecord raw(
            String key, byte[] value, int partition, long offset, long appendTime) {
        return new RawRecord(
                TopicNames.VECTORS,
                partition,
                offset,
                appendTime,
                key.getBytes(StandardCharsets.UTF_8),
                value,
                false);
    }

    /** Kafka's null. */
    public static RawRecord tombstone(String key, int partition, long offset, long appendTime) {
        return new RawRecord(
                TopicNames.VECTORS,
                partition,
                offset,
                appendTime,
                key.getBytes(StandardCharsets.UTF_8),
                new byte[0],
                true);
    }

    /** A change of the record as the version operator gets it. */
    public static IndexChange change(String id, Version version, long expiresAt) {
        return new IndexChange(
                new RecordKey(COLORS.uid(), id),
                false,
                version,
                VECTOR,
                new int[] {-1},
                0,
                0,
                List.of(),
                new byte[0],
                version.time(),
                expiresAt);
    }
}
