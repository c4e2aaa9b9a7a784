package io.nearstream.operators.nearest;

import io.nearstream.core.join.Near;
import io.nearstream.operators.state.Parts;
import io.nearstream.operators.state.RecordFormat;
import io.nearstream.operators.state.RecordType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Format 1: number (int64), buckets (int32), count (int32), and each record's id (UTF), version and
 * distance (float64); see {@link Parts}.
 */
public final class ShareSerializer extends RecordFormat<Share> {
    public static final ShareSerializer INSTANCE = new ShareSerializer();
    public static final TypeInformation<Share> TYPE = RecordType.of(Share.class, INSTANCE);

    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(Share share, DataOutputView out) throws IOException {
        out.writeLong(share.number());
        out.writeInt(share.buckets());
        out.writeInt(share.nearest().size());
        for (Near near : share.nearest()) {
            out.writeUTF(near.id());
            Parts.writeVersion(near.version(), out);
            out.writeDouble(near.distance());
        }
    }

    @Override
    public Share deserialize(DataInputView in) throws IOException {
        long number = in.readLong();
        int buckets = in.readInt();
        int count = in.readInt();
        List<Near> nearest = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            nearest.add(new Near(in.readUTF(), Parts.readVersion(in), in.readDouble()));
        }
        return new Share(number, buckets, nearest);
    }

    @Override
    public TypeSerializerSnapshot<Share> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Written<Share> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<Share> restoreSerializer() {
            return INSTANCE;
        }
    }
}
