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
public final class OpenAnswerSerializer extends RecordSerializer<OpenAnswer> {
    public static final OpenAnswerSerializer INSTANCE = new OpenAnswerSerializer();
    public static final TypeInformation<OpenAnswer> TYPE =
            RecordTypeInfo.of(OpenAnswer.class, INSTANCE);

    @Override
    public void serialize(OpenAnswer value, DataOutputView out) throws IOException {
        ProbeKeySerializer.INSTANCE.serialize(value.probe(), out);
        Fields.writeBytes(value.result(), out);
        out.writeInt(value.resultPartition());
        out.writeInt(value.payloads());
        out.writeLong(value.deadlineAt());
    }

    @Override
    public OpenAnswer deserialize(DataInputView in) throws IOException {
        return new OpenAnswer(
                ProbeKeySerializer.INSTANCE.deserialize(in),
                Fields.readBytes(in),
                in.readInt(),
                in.readInt(),
                in.readLong());
    }

    @Override
    public TypeSerializerSnapshot<OpenAnswer> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<OpenAnswer> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<OpenAnswer> restoreSerializer() {
            return INSTANCE;
        }
    }
}
