package io.nearstream.jobs.ingest.write;

import io.nearstream.jobs.common.state.RecordSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: partition (int32), append time (int64). */
final class PartitionTimeSerializer extends RecordSerializer<PartitionTime> {
    static final PartitionTimeSerializer INSTANCE = new PartitionTimeSerializer();

    @Override
    public void serialize(PartitionTime time, DataOutputView out) throws IOException {
        out.writeInt(time.partition());
        out.writeLong(time.appendTime());
    }

    @Override
    public PartitionTime deserialize(DataInputView in) throws IOException {
        return new PartitionTime(in.readInt(), in.readLong());
    }

    @Override
    public TypeSerializerSnapshot<PartitionTime> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<PartitionTime> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<PartitionTime> restoreSerializer() {
            return INSTANCE;
        }
    }
}
