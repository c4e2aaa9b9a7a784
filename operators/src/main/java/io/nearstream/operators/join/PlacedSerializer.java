package io.nearstream.operators.join;

import io.nearstream.core.join.Placed;
import io.nearstream.operators.state.Parts;
import io.nearstream.operators.state.RecordFormat;
import io.nearstream.operators.state.RecordType;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: version, live (byte), expiry (int64), visits; see {@link Parts}. */
public final class PlacedSerializer extends RecordFormat<Placed> {
    public static final PlacedSerializer INSTANCE = new PlacedSerializer();
    public static final TypeInformation<Placed> TYPE = RecordType.of(Placed.class, INSTANCE);

    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(Placed placed, DataOutputView out) throws IOException {
        Parts.writeVersion(placed.version(), out);
        out.writeBoolean(placed.live());
        out.writeLong(placed.expiresAt());
        Parts.writeInts(placed.visits(), out);
    }

    @Override
    public Placed deserialize(DataInputView in) throws IOException {
        return new Placed(
                Parts.readVersion(in), in.readBoolean(), in.readLong(), Parts.readInts(in));
    }

    @Override
    public TypeSerializerSnapshot<Placed> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Written<Placed> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<Placed> restoreSerializer() {
            return INSTANCE;
        }
    }
}
