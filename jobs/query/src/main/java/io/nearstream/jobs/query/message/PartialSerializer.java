package io.nearstream.jobs.query.message;

import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: the fields in their order. */
public final class PartialSerializer extends RecordSerializer<Partial> {
    public static final PartialSerializer INSTANCE = new PartialSerializer();
    public static final TypeInformation<Partial> TYPE = RecordTypeInfo.of(Partial.class, INSTANCE);

    @Override
    public void serialize(Partial partial, DataOutputView out) throws IOException {
        MessageFields.writeProbeKey(partial.key(), out);
        out.writeInt(partial.fromSlot());
        out.writeInt(partial.toSlot());
        out.writeInt(partial.bucketsVisited());
        out.writeLong(partial.vectorsScored());
        out.writeInt(partial.misrouted());
        out.writeLong(partial.asOf());
        MessageFields.writeAnswers(partial.answers(), out);
    }

    @Override
    public Partial deserialize(DataInputView in) throws IOException {
        return new Partial(
                MessageFields.readProbeKey(in),
                in.readInt(),
                in.readInt(),
                in.readInt(),
                in.readLong(),
                in.readInt(),
                in.readLong(),
                MessageFields.readAnswers(in));
    }

    @Override
    public TypeSerializerSnapshot<Partial> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<Partial> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<Partial> restoreSerializer() {
            return INSTANCE;
        }
    }
}
