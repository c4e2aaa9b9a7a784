package io.nearstream.jobs.ingest.version;

import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: version, deleted (byte), expiry (int64); see {@link Fields}. */
final class RecordStateSerializer extends RecordSerializer<RecordState> {
    static final RecordStateSerializer INSTANCE = new RecordStateSerializer();

    @Override
    public void serialize(RecordState state, DataOutputView out) throws IOException {
        Fields.writeVersion(state.version(), out);
        out.writeBoolean(state.deleted());
        out.writeLong(state.expiresAt());
    }

    @Override
    public RecordState deserialize(DataInputView in) throws IOException {
        return new RecordState(Fields.readVersion(in), in.readBoolean(), in.readLong());
    }

    @Override
    public TypeSerializerSnapshot<RecordState> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<RecordState> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<RecordState> restoreSerializer() {
            return INSTANCE;
        }
    }
}
