package io.nearstream.jobs.query.message;

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
public final class FetchRequestSerializer extends RecordSerializer<FetchRequest> {
    public static final FetchRequestSerializer INSTANCE = new FetchRequestSerializer();
    public static final TypeInformation<FetchRequest> TYPE =
            RecordTypeInfo.of(FetchRequest.class, INSTANCE);

    @Override
    public void serialize(FetchRequest request, DataOutputView out) throws IOException {
        MessageFields.writeProbeKey(request.probe(), out);
        out.writeInt(request.ordinal());
        Fields.writeKey(request.record(), out);
        out.writeLong(request.appendTime());
        out.writeLong(request.atLeast());
        out.writeBoolean(request.withVector());
    }

    @Override
    public FetchRequest deserialize(DataInputView in) throws IOException {
        return new FetchRequest(
                MessageFields.readProbeKey(in),
                in.readInt(),
                Fields.readKey(in),
                in.readLong(),
                in.readLong(),
                in.readBoolean());
    }

    @Override
    public TypeSerializerSnapshot<FetchRequest> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<FetchRequest> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<FetchRequest> restoreSerializer() {
            return INSTANCE;
        }
    }
}
