package io.nearstream.operators.join;

import io.nearstream.core.join.JoinChange;
import io.nearstream.operators.state.Parts;
import io.nearstream.operators.state.RecordFormat;
import io.nearstream.operators.state.RecordType;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Format 1: record, delete (byte), vector, event time (int64), expiry (int64); see {@link Parts}.
 */
public final class JoinChangeSerializer extends RecordFormat<JoinChange> {
    public static final JoinChangeSerializer INSTANCE = new JoinChangeSerializer();
    public static final TypeInformation<JoinChange> TYPE =
            RecordType.of(JoinChange.class, INSTANCE);

    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(JoinChange change, DataOutputView out) throws IOException {
        Parts.writeRef(change.record(), out);
        out.writeBoolean(change.delete());
        Parts.writeBytes(change.vector(), out);
        out.writeLong(change.eventTime());
        out.writeLong(change.expiresAt());
    }

    @Override
    public JoinChange deserialize(DataInputView in) throws IOException {
        return new JoinChange(
                Parts.readRef(in),
                in.readBoolean(),
                Parts.readBytes(in),
                in.readLong(),
                in.readLong());
    }

    @Override
    public TypeSerializerSnapshot<JoinChange> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Written<JoinChange> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<JoinChange> restoreSerializer() {
            return INSTANCE;
        }
    }
}
