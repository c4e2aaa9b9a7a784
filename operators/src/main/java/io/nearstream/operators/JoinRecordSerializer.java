package io.nearstream.operators;

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
 * Format 1: id (UTF), delete (byte), vector, sequence (int64), expiry (int64); see {@link Parts}.
 */
public final class JoinRecordSerializer extends RecordFormat<JoinRecord> {
    public static final JoinRecordSerializer INSTANCE = new JoinRecordSerializer();
    public static final TypeInformation<JoinRecord> TYPE =
            RecordType.of(JoinRecord.class, INSTANCE);

    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(JoinRecord record, DataOutputView out) throws IOException {
        out.writeUTF(record.id());
        out.writeBoolean(record.delete());
        Parts.writeBytes(record.vector(), out);
        out.writeLong(record.sequence());
        out.writeLong(record.expiresAt());
    }

    @Override
    public JoinRecord deserialize(DataInputView in) throws IOException {
        return new JoinRecord(
                in.readUTF(), in.readBoolean(), Parts.readBytes(in), in.readLong(), in.readLong());
    }

    @Override
    public TypeSerializerSnapshot<JoinRecord> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Written<JoinRecord> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<JoinRecord> restoreSerializer() {
            return INSTANCE;
        }
    }
}
