package io.nearstream.jobs.query.message;

import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: partition (int32), offset (int64). */
public final class ProbeKeySerializer extends RecordSerializer<ProbeKey> {
    public static final ProbeKeySerializer INSTANCE = new ProbeKeySerializer();
    public static final TypeInformation<ProbeKey> TYPE =
            RecordTypeInfo.ofKey(ProbeKey.class, INSTANCE);

    @Override
    public void serialize(ProbeKey key, DataOutputView out) throws IOException {
        MessageFields.writeProbeKey(key, out);
    }

    @Override
    public ProbeKey deserialize(DataInputView in) throws IOException {
        return MessageFields.readProbeKey(in);
    }

    @Override
    public TypeSerializerSnapshot<ProbeKey> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<ProbeKey> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<ProbeKey> restoreSerializer() {
            return INSTANCE;
        }
    }
}
