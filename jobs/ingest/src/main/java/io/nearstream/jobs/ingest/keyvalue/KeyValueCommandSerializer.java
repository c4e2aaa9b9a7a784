package io.nearstream.jobs.ingest.keyvalue;

import io.nearstream.core.keyvalue.Condition;
import io.nearstream.core.keyvalue.KeyValueCommand;
import io.nearstream.jobs.common.keyvalue.KeyValueEntrySerializer;
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
 * Format 1: op (byte), key (UTF), version, value as in the state, writer's time (int64), expiry
 * (int64), condition (byte) and for one by version that version, request id (UTF), result partition
 * (int32).
 */
public final class KeyValueCommandSerializer extends RecordSerializer<KeyValueCommand> {
    public static final KeyValueCommandSerializer INSTANCE = new KeyValueCommandSerializer();
    public static final TypeInformation<KeyValueCommand> TYPE =
            RecordTypeInfo.of(KeyValueCommand.class, INSTANCE);

    private static final KeyValueCommand.Op[] OPS = KeyValueCommand.Op.values();
    private static final Condition.Kind[] KINDS = Condition.Kind.values();

    @Override
    public void serialize(KeyValueCommand command, DataOutputView out) throws IOException {
        out.writeByte(command.op().ordinal());
        out.writeUTF(command.key());
        Fields.writeVersion(command.version(), out);
        KeyValueEntrySerializer.writeValue(command.value(), out);
        out.writeLong(command.writerTime());
        out.writeLong(command.expiresAt());
        out.writeByte(command.condition().kind().ordinal());
        if (command.condition().kind() == Condition.Kind.VERSION) {
            Fields.writeVersion(command.condition().version(), out);
        }
        out.writeUTF(command.requestId());
        out.writeInt(command.resultPartition());
    }

    @Override
    public KeyValueCommand deserialize(DataInputView in) throws IOException {
        return new KeyValueCommand(
                OPS[in.readByte()],
                in.readUTF(),
                Fields.readVersion(in),
                KeyValueEntrySerializer.readValue(in),
                in.readLong(),
                in.readLong(),
                readCondition(in),
                in.readUTF(),
                in.readInt());
    }

    private static Condition readCondition(DataInputView in) throws IOException {
        return switch (KINDS[in.readByte()]) {
            case NONE -> Condition.NONE;
            case ABSENT -> Condition.ABSENT;
            case VERSION -> Condition.version(Fields.readVersion(in));
        };
    }

    @Override
    public TypeSerializerSnapshot<KeyValueCommand> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<KeyValueCommand> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<KeyValueCommand> restoreSerializer() {
            return INSTANCE;
        }
    }
}
