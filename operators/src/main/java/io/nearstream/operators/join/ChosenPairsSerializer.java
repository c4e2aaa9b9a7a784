package io.nearstream.operators.join;

import io.nearstream.core.join.Pair;
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

/** Format 1: an int32 count and the pairs; see {@link Parts}. */
public final class ChosenPairsSerializer extends RecordFormat<ChosenPairs> {
    public static final ChosenPairsSerializer INSTANCE = new ChosenPairsSerializer();
    public static final TypeInformation<ChosenPairs> TYPE =
            RecordType.of(ChosenPairs.class, INSTANCE);

    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(ChosenPairs chosen, DataOutputView out) throws IOException {
        out.writeInt(chosen.pairs().size());
        for (Pair pair : chosen.pairs()) {
            Parts.writePair(pair, out);
        }
    }

    @Override
    public ChosenPairs deserialize(DataInputView in) throws IOException {
        int count = in.readInt();
        List<Pair> pairs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            pairs.add(Parts.readPair(in));
        }
        return new ChosenPairs(pairs);
    }

    @Override
    public TypeSerializerSnapshot<ChosenPairs> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Written<ChosenPairs> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<ChosenPairs> restoreSerializer() {
            return INSTANCE;
        }
    }
}
