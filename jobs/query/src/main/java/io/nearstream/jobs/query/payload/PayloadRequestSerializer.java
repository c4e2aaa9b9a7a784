package io.nearstream.jobs.query.payload;

import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import io.nearstream.jobs.query.message.ProbeKeySerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: the fields in their order. */
public final class PayloadRequestSerializer extends RecordSerializer<PayloadRequest> {
    public static final PayloadRequestSerializer INSTANCE = new PayloadRequestSerializer();
    public static final TypeInformation<PayloadRequest> TYPE =
            RecordTypeInfo.of(PayloadRequest.class, INSTANCE);

    @Override
    public void serialize(PayloadRequest value, DataOutputView out) throws IOException {
        ProbeKeySerializer.INSTANCE.serialize(value.probe(), out);
        out.writeInt(value.query());
        out.writeInt(value.hit());
        Fields.writeKey(value.record(), out);
        Fields.writeVersion(value.version(), out);
    }

    @Override
    public PayloadRequest deserialize(DataInputView in) throws IOException {
        return new PayloadRequest(
                ProbeKeySerializer.INSTANCE.deserialize(in),
                in.readInt(),
                in.readInt(),
                Fields.readKey(in),
                Fields.readVersion(in));
    }

    @Override
    public TypeSerializerSnapshot<PayloadRequest> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<PayloadRequest> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<PayloadRequest> restoreSerializer() {
            return INSTANCE;
        }
    }
}
