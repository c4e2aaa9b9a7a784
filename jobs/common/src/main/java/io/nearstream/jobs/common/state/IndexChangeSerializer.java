package io.nearstream.jobs.common.state;

import io.nearstream.core.model.IndexChange;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Format 1: key, delete (byte), version, vector, buckets, generation (int32), its hash (int64),
 * labels, payload, event time (int64), expiry (int64); see {@link Fields}.
 */
public final class IndexChangeSerializer extends RecordSerializer<IndexChange> {
    public static final IndexChangeSerializer INSTANCE = new IndexChangeSerializer();
    public static final TypeInformation<IndexChange> TYPE =
            RecordTypeInfo.of(IndexChange.class, INSTANCE);

    @Override
    public void serialize(IndexChange change, DataOutputView out) throws IOException {
        Fields.writeKey(change.key(), out);
        out.writeBoolean(change.delete());
        Fields.writeVersion(change.version(), out);
        Fields.writeBytes(change.vector(), out);
        Fields.writeInts(change.buckets(), out);
        out.writeInt(change.generation());
        out.writeLong(change.generationHash());
        Fields.writeStrings(change.labels(), out);
        Fields.writeBytes(change.payload(), out);
        out.writeLong(change.eventTime());
        out.writeLong(change.expiresAt());
    }

    @Override
    public IndexChange deserialize(DataInputView in) throws IOException {
        return new IndexChange(
                Fields.readKey(in),
                in.readBoolean(),
                Fields.readVersion(in),
                Fields.readBytes(in),
                Fields.readInts(in),
                in.readInt(),
                in.readLong(),
                Fields.readStrings(in),
                Fields.readBytes(in),
                in.readLong(),
                in.readLong());
    }

    @Override
    public TypeSerializerSnapshot<IndexChange> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<IndexChange> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<IndexChange> restoreSerializer() {
            return INSTANCE;
        }
    }
}
