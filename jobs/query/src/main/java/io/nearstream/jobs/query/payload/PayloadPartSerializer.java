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
public final class PayloadPartSerializer extends RecordSerializer<PayloadPart> {
    public static final PayloadPartSerializer INSTANCE = new PayloadPartSerializer();
    public static final TypeInformation<PayloadPart> TYPE =
            RecordTypeInfo.of(PayloadPart.class, INSTANCE);

    @Override
    public void serialize(PayloadPart value, DataOutputView out) throws IOException {
        ProbeKeySerializer.INSTANCE.serialize(value.probe(), out);
        out.writeInt(value.query());
        out.writeInt(value.hit());
        Fields.writeBytes(value.payload(), out);
    }

    @Override
    public PayloadPart deserialize(DataInputView in) throws IOException {
        return new PayloadPart(
                ProbeKeySerializer.INSTANCE.deserialize(in),
                in.readInt(),
                in.readInt(),
                Fields.readBytes(in));
    }

    @Override
    public TypeSerializerSnapshot<PayloadPart> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<PayloadPart> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<PayloadPart> restoreSerializer() {
            return INSTANCE;
        }
    }
}
