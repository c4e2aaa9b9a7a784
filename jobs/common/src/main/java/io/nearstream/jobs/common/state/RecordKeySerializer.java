package io.nearstream.jobs.common.state;

import io.nearstream.core.model.RecordKey;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: collection uid (int64), id (UTF). */
public final class RecordKeySerializer extends RecordSerializer<RecordKey> {
    public static final RecordKeySerializer INSTANCE = new RecordKeySerializer();
    public static final TypeInformation<RecordKey> TYPE =
            RecordTypeInfo.ofKey(RecordKey.class, INSTANCE);

    @Override
    public void serialize(RecordKey key, DataOutputView out) throws IOException {
        Fields.writeKey(key, out);
    }

    @Override
    public RecordKey deserialize(DataInputView in) throws IOException {
        return Fields.readKey(in);
    }

    @Override
    public TypeSerializerSnapshot<RecordKey> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<RecordKey> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<RecordKey> restoreSerializer() {
            return INSTANCE;
        }
    }
}
