package io.nearstream.jobs.ingest.train;

import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Format 1: collection uid (int64), hash of the id (int64), shift (int8), vector, buckets,
 * generation (int32); see {@link Fields}.
 */
public final class SliceChangeSerializer extends RecordSerializer<SliceChange> {
    public static final SliceChangeSerializer INSTANCE = new SliceChangeSerializer();
    public static final TypeInformation<SliceChange> TYPE =
            RecordTypeInfo.of(SliceChange.class, INSTANCE);

    @Override
    public void serialize(SliceChange change, DataOutputView out) throws IOException {
        out.writeLong(change.collectionUid());
        out.writeLong(change.idHash());
        out.writeByte(change.shift());
        Fields.writeBytes(change.vector(), out);
        Fields.writeInts(change.buckets(), out);
        out.writeInt(change.generation());
    }

    @Override
    public SliceChange deserialize(DataInputView in) throws IOException {
        return new SliceChange(
                in.readLong(),
                in.readLong(),
                in.readByte(),
                Fields.readBytes(in),
                Fields.readInts(in),
                in.readInt());
    }

    @Override
    public TypeSerializerSnapshot<SliceChange> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<SliceChange> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<SliceChange> restoreSerializer() {
            return INSTANCE;
        }
    }
}
