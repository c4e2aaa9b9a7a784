package io.nearstream.operators.join;

import io.nearstream.core.join.PairChange;
import io.nearstream.operators.state.Parts;
import io.nearstream.operators.state.RecordFormat;
import io.nearstream.operators.state.RecordType;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: added (byte), pair, cause (a record); see {@link Parts}. */
public final class PairChangeSerializer extends RecordFormat<PairChange> {
    public static final PairChangeSerializer INSTANCE = new PairChangeSerializer();
    public static final TypeInformation<PairChange> TYPE =
            RecordType.of(PairChange.class, INSTANCE);

    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(PairChange change, DataOutputView out) throws IOException {
        out.writeBoolean(change.added());
        Parts.writePair(change.pair(), out);
        Parts.writeRef(change.cause(), out);
    }

    @Override
    public PairChange deserialize(DataInputView in) throws IOException {
        return new PairChange(in.readBoolean(), Parts.readPair(in), Parts.readRef(in));
    }

    @Override
    public TypeSerializerSnapshot<PairChange> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Written<PairChange> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<PairChange> restoreSerializer() {
            return INSTANCE;
        }
    }
}
