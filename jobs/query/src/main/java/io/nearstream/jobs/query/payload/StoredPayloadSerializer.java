package io.nearstream.jobs.query.payload;

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
public final class StoredPayloadSerializer extends RecordSerializer<StoredPayload> {
    public static final StoredPayloadSerializer INSTANCE = new StoredPayloadSerializer();
    public static final TypeInformation<StoredPayload> TYPE =
            RecordTypeInfo.of(StoredPayload.class, INSTANCE);

    @Override
    public void serialize(StoredPayload value, DataOutputView out) throws IOException {
        Fields.writeKey(value.record(), out);
        Fields.writeVersion(value.version(), out);
        Fields.writeBytes(value.payload(), out);
    }

    @Override
    public StoredPayload deserialize(DataInputView in) throws IOException {
        return new StoredPayload(Fields.readKey(in), Fields.readVersion(in), Fields.readBytes(in));
    }

    @Override
    public TypeSerializerSnapshot<StoredPayload> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<StoredPayload> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<StoredPayload> restoreSerializer() {
            return INSTANCE;
        }
    }
}
