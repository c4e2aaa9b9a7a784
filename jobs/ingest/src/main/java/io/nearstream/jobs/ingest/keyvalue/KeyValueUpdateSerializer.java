package io.nearstream.jobs.ingest.keyvalue;

import io.nearstream.jobs.common.keyvalue.KeyValueEntrySerializer;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: key (UTF), entry as {@link KeyValueEntrySerializer} writes it, forgotten (byte). */
public final class KeyValueUpdateSerializer extends RecordSerializer<KeyValueUpdate> {
    public static final KeyValueUpdateSerializer INSTANCE = new KeyValueUpdateSerializer();
    public static final TypeInformation<KeyValueUpdate> TYPE =
            RecordTypeInfo.of(KeyValueUpdate.class, INSTANCE);

    @Override
    public void serialize(KeyValueUpdate update, DataOutputView out) throws IOException {
        out.writeUTF(update.key());
        KeyValueEntrySerializer.INSTANCE.serialize(update.entry(), out);
        out.writeBoolean(update.forgotten());
    }

    @Override
    public KeyValueUpdate deserialize(DataInputView in) throws IOException {
        return new KeyValueUpdate(
                in.readUTF(), KeyValueEntrySerializer.INSTANCE.deserialize(in), in.readBoolean());
    }

    @Override
    public TypeSerializerSnapshot<KeyValueUpdate> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<KeyValueUpdate> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<KeyValueUpdate> restoreSerializer() {
            return INSTANCE;
        }
    }
}
