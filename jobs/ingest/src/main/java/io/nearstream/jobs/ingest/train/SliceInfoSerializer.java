package io.nearstream.jobs.ingest.train;

import io.nearstream.jobs.common.state.RecordSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: shift (int8), records (int32), writes (int64), generation (int32). */
final class SliceInfoSerializer extends RecordSerializer<SliceInfo> {
    static final SliceInfoSerializer INSTANCE = new SliceInfoSerializer();

    @Override
    public void serialize(SliceInfo info, DataOutputView out) throws IOException {
        out.writeByte(info.shift());
        out.writeInt(info.records());
        out.writeLong(info.writes());
        out.writeInt(info.generation());
    }

    @Override
    public SliceInfo deserialize(DataInputView in) throws IOException {
        return new SliceInfo(in.readByte(), in.readInt(), in.readLong(), in.readInt());
    }

    @Override
    public TypeSerializerSnapshot<SliceInfo> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<SliceInfo> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<SliceInfo> restoreSerializer() {
            return INSTANCE;
        }
    }
}
