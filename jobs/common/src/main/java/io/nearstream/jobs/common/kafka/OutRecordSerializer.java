package io.nearstream.jobs.common.kafka;

import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: topic (UTF), partition (int32), key, value, tombstone (byte). */
public final class OutRecordSerializer extends RecordSerializer<OutRecord> {
    public static final OutRecordSerializer INSTANCE = new OutRecordSerializer();
    public static final TypeInformation<OutRecord> TYPE =
            RecordTypeInfo.of(OutRecord.class, INSTANCE);

    @Override
    public void serialize(OutRecord record, DataOutputView out) throws IOException {
        out.writeUTF(record.topic());
        out.writeInt(record.partition());
        Fields.writeBytes(record.key(), out);
        Fields.writeBytes(record.value(), out);
        out.writeBoolean(record.tombstone());
    }

    @Override
    public OutRecord deserialize(DataInputView in) throws IOException {
        return new OutRecord(
                in.readUTF(),
                in.readInt(),
                Fields.readBytes(in),
                Fields.readBytes(in),
                in.readBoolean());
    }

    @Override
    public TypeSerializerSnapshot<OutRecord> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<OutRecord> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<OutRecord> restoreSerializer() {
            return INSTANCE;
        }
    }
}
