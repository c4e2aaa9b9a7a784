package io.nearstream.migrate;

import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The fields in their order; only ever on the way within one export, and never kept. */
final class StatePartSerializer extends RecordSerializer<StatePart> {
    static final StatePartSerializer INSTANCE = new StatePartSerializer();
    static final TypeInformation<StatePart> TYPE = RecordTypeInfo.of(StatePart.class, INSTANCE);

    private static final long serialVersionUID = 1L;
    private static final StatePart.Kind[] KINDS = StatePart.Kind.values();

    @Override
    public void serialize(StatePart part, DataOutputView out) throws IOException {
        Fields.writeKey(part.key(), out);
        out.writeByte(part.kind().ordinal());
        Fields.writeVersion(part.version(), out);
        out.writeBoolean(part.hasPayload());
        Fields.writeBytes(part.bytes(), out);
    }

    @Override
    public StatePart deserialize(DataInputView in) throws IOException {
        return new StatePart(
                Fields.readKey(in),
                KINDS[in.readByte()],
                Fields.readVersion(in),
                in.readBoolean(),
                Fields.readBytes(in));
    }

    @Override
    public TypeSerializerSnapshot<StatePart> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Flink asks for one. */
    static final class Snapshot extends Format<StatePart> {
        Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<StatePart> restoreSerializer() {
            return INSTANCE;
        }
    }
}
