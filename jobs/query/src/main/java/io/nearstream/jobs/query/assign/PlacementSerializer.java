package io.nearstream.jobs.query.assign;

import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Format 1: version, deleted (byte), generation (int32), buckets, leaving, leave-after checkpoint
 * (int64), has payload (byte), forget-at (int64).
 */
public final class PlacementSerializer extends RecordSerializer<Placement> {
    public static final PlacementSerializer INSTANCE = new PlacementSerializer();

    @Override
    public void serialize(Placement placement, DataOutputView out) throws IOException {
        Fields.writeVersion(placement.version(), out);
        out.writeBoolean(placement.deleted());
        out.writeInt(placement.generation());
        Fields.writeInts(placement.buckets(), out);
        Fields.writeInts(placement.leaving(), out);
        out.writeLong(placement.leaveAfterCheckpoint());
        out.writeBoolean(placement.hasPayload());
        out.writeLong(placement.forgetAt());
    }

    @Override
    public Placement deserialize(DataInputView in) throws IOException {
        return new Placement(
                Fields.readVersion(in),
                in.readBoolean(),
                in.readInt(),
                Fields.readInts(in),
                Fields.readInts(in),
                in.readLong(),
                in.readBoolean(),
                in.readLong());
    }

    @Override
    public TypeSerializerSnapshot<Placement> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<Placement> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<Placement> restoreSerializer() {
            return INSTANCE;
        }
    }
}
