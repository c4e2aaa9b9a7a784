package io.nearstream.jobs.query.assign;

import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import java.io.IOException;
import java.util.Arrays;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Format 1: version, deleted (byte: 0 or 1), generation (int32), buckets, leaving, the checkpoint
 * after which all of them leave (int64), has payload (byte), forget-at (int64). Format 2: the byte
 * may be 2 for a record that is not deleted; then each of the leaving has its own int64.
 */
public final class PlacementSerializer extends RecordSerializer<Placement> {
    public static final PlacementSerializer INSTANCE = new PlacementSerializer();

    private static final byte TOGETHER = 0;
    private static final byte DELETED = 1;
    private static final byte EACH = 2;

    @Override
    public void serialize(Placement placement, DataOutputView out) throws IOException {
        long[] leaveAfter = placement.leaveAfter();
        boolean together = Arrays.stream(leaveAfter).distinct().count() <= 1;
        Fields.writeVersion(placement.version(), out);
        out.writeByte(placement.deleted() ? DELETED : together ? TOGETHER : EACH);
        out.writeInt(placement.generation());
        Fields.writeInts(placement.buckets(), out);
        Fields.writeInts(placement.leaving(), out);
        if (together) {
            out.writeLong(leaveAfter.length == 0 ? 0 : leaveAfter[0]);
        } else {
            for (long checkpoint : leaveAfter) {
                out.writeLong(checkpoint);
            }
        }
        out.writeBoolean(placement.hasPayload());
        out.writeLong(placement.forgetAt());
    }

    @Override
    public Placement deserialize(DataInputView in) throws IOException {
        Version version = Fields.readVersion(in);
        byte kind = in.readByte();
        int generation = in.readInt();
        int[] buckets = Fields.readInts(in);
        int[] leaving = Fields.readInts(in);
        return new Placement(
                version,
                kind == DELETED,
                generation,
                buckets,
                leaving,
                leaveAfter(kind, leaving.length, in),
                in.readBoolean(),
                in.readLong());
    }

    private static long[] leaveAfter(byte kind, int leaving, DataInputView in) throws IOException {
        long[] leaveAfter = new long[leaving];
        if (kind == EACH) {
            for (int i = 0; i < leaving; i++) {
                leaveAfter[i] = in.readLong();
            }
        } else {
            Arrays.fill(leaveAfter, in.readLong());
        }
        return leaveAfter;
    }

    @Override
    public TypeSerializerSnapshot<Placement> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<Placement> {
        public Snapshot() {
            super(2);
        }

        @Override
        public TypeSerializer<Placement> restoreSerializer() {
            return INSTANCE;
        }
    }
}
