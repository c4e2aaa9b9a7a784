package io.nearstream.jobs.query.rerank;

import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: the fields in their order. */
public final class StoredRecordSerializer extends RecordSerializer<StoredRecord> {
    public static final StoredRecordSerializer INSTANCE = new StoredRecordSerializer();
    public static final TypeInformation<StoredRecord> TYPE =
            RecordTypeInfo.of(StoredRecord.class, INSTANCE);

    @Override
    public void serialize(StoredRecord value, DataOutputView out) throws IOException {
        Fields.writeKey(value.record(), out);
        Fields.writeBytes(value.row(), out);
    }

    @Override
    public StoredRecord deserialize(DataInputView in) throws IOException {
        return new StoredRecord(Fields.readKey(in), Fields.readBytes(in));
    }

    @Override
    public TypeSerializerSnapshot<StoredRecord> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<StoredRecord> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<StoredRecord> restoreSerializer() {
            return INSTANCE;
        }
    }
}
