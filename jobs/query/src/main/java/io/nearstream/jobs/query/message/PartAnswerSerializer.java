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
public final class PartAnswerSerializer extends RecordSerializer<PartAnswer> {
    public static final PartAnswerSerializer INSTANCE = new PartAnswerSerializer();
    public static final TypeInformation<PartAnswer> TYPE =
            RecordTypeInfo.of(PartAnswer.class, INSTANCE);

    @Override
    public void serialize(PartAnswer value, DataOutputView out) throws IOException {
        out.writeInt(value.ordinal());
        MessageFields.writeHits(value.hits(), out);
    }

    @Override
    public PartAnswer deserialize(DataInputView in) throws IOException {
        return new PartAnswer(in.readInt(), MessageFields.readHits(in));
    }

    @Override
    public TypeSerializerSnapshot<PartAnswer> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<PartAnswer> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<PartAnswer> restoreSerializer() {
            return INSTANCE;
        }
    }
}
