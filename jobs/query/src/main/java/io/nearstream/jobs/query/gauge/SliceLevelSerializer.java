package io.nearstream.jobs.query.gauge;

import io.nearstream.jobs.common.state.RecordSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: collection (int64), level (int8). */
public final class SliceLevelSerializer extends RecordSerializer<SliceLevel> {
    static final SliceLevelSerializer INSTANCE = new SliceLevelSerializer();

    @Override
    public void serialize(SliceLevel level, DataOutputView out) throws IOException {
        out.writeLong(level.collectionUid());
        out.writeByte(level.level());
    }

    @Override
    public SliceLevel deserialize(DataInputView in) throws IOException {
        return new SliceLevel(in.readLong(), in.readByte());
    }

    @Override
    public TypeSerializerSnapshot<SliceLevel> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<SliceLevel> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<SliceLevel> restoreSerializer() {
            return INSTANCE;
        }
    }
}
