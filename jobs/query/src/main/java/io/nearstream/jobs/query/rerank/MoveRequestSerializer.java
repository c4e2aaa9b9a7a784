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
public final class MoveRequestSerializer extends RecordSerializer<MoveRequest> {
    public static final MoveRequestSerializer INSTANCE = new MoveRequestSerializer();
    public static final TypeInformation<MoveRequest> TYPE =
            RecordTypeInfo.of(MoveRequest.class, INSTANCE);

    @Override
    public void serialize(MoveRequest value, DataOutputView out) throws IOException {
        Fields.writeKey(value.record(), out);
        Fields.writeVersion(value.version(), out);
        out.writeInt(value.fromBucket());
    }

    @Override
    public MoveRequest deserialize(DataInputView in) throws IOException {
        return new MoveRequest(Fields.readKey(in), Fields.readVersion(in), in.readInt());
    }

    @Override
    public TypeSerializerSnapshot<MoveRequest> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<MoveRequest> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<MoveRequest> restoreSerializer() {
            return INSTANCE;
        }
    }
}
