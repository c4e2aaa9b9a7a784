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
public final class RecordCheckSerializer extends RecordSerializer<RecordCheck> {
    public static final RecordCheckSerializer INSTANCE = new RecordCheckSerializer();
    public static final TypeInformation<RecordCheck> TYPE =
            RecordTypeInfo.of(RecordCheck.class, INSTANCE);

    @Override
    public void serialize(RecordCheck value, DataOutputView out) throws IOException {
        MessageFields.writeCheck(value, out);
    }

    @Override
    public RecordCheck deserialize(DataInputView in) throws IOException {
        return MessageFields.readCheck(in);
    }

    @Override
    public TypeSerializerSnapshot<RecordCheck> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<RecordCheck> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<RecordCheck> restoreSerializer() {
            return INSTANCE;
        }
    }
}
