package io.nearstream.jobs.common.wire;

import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Format 2: topic (UTF), partition (int32), offset (int64), timestamp (int64), key, value,
 * tombstone (byte), claimed uid (int64). Format 1 had no uid; no state ever kept records of Kafka.
 */
public final class RawRecordSerializer extends RecordSerializer<RawRecord> {
    public static final RawRecordSerializer INSTANCE = new RawRecordSerializer();
    public static final TypeInformation<RawRecord> TYPE =
            RecordTypeInfo.of(RawRecord.class, INSTANCE);

    @Override
    public void serialize(RawRecord record, DataOutputView out) throws IOException {
        out.writeUTF(record.topic());
        out.writeInt(record.partition());
        out.writeLong(record.offset());
        out.writeLong(record.timestamp());
        Fields.writeBytes(record.key(), out);
        Fields.writeBytes(record.value(), out);
        out.writeBoolean(record.tombstone());
        out.writeLong(record.claimedUid());
    }

    @Override
    public RawRecord deserialize(DataInputView in) throws IOException {
        return new RawRecord(
                in.readUTF(),
                in.readInt(),
                in.readLong(),
                in.readLong(),
                Fields.readBytes(in),
                Fields.readBytes(in),
                in.readBoolean(),
                in.readLong());
    }

    @Override
    public TypeSerializerSnapshot<RawRecord> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<RawRecord> {
        public Snapshot() {
            super(2);
        }

        @Override
        public TypeSerializer<RawRecord> restoreSerializer() {
            return INSTANCE;
        }
    }
}
