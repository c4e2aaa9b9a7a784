package io.nearstream.jobs.query.merge;

import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import io.nearstream.jobs.query.message.PartAnswer;
import io.nearstream.jobs.query.message.PartAnswerSerializer;
import io.nearstream.jobs.query.message.ProbeHeader;
import io.nearstream.jobs.query.message.ProbeHeaderSerializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: the fields in their order. */
public final class OpenRerankSerializer extends RecordSerializer<OpenRerank> {
    public static final OpenRerankSerializer INSTANCE = new OpenRerankSerializer();
    public static final TypeInformation<OpenRerank> TYPE =
            RecordTypeInfo.of(OpenRerank.class, INSTANCE);

    @Override
    public void serialize(OpenRerank value, DataOutputView out) throws IOException {
        ProbeHeaderSerializer.INSTANCE.serialize(value.header(), out);
        Fields.writeBytes(value.result(), out);
        out.writeInt(value.candidates().size());
        for (PartAnswer answer : value.candidates()) {
            PartAnswerSerializer.INSTANCE.serialize(answer, out);
        }
        out.writeInt(value.asked());
        Fields.writeInts(value.cut(), out);
    }

    @Override
    public OpenRerank deserialize(DataInputView in) throws IOException {
        ProbeHeader header = ProbeHeaderSerializer.INSTANCE.deserialize(in);
        byte[] result = Fields.readBytes(in);
        int count = in.readInt();
        List<PartAnswer> candidates = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            candidates.add(PartAnswerSerializer.INSTANCE.deserialize(in));
        }
        return new OpenRerank(header, result, candidates, in.readInt(), Fields.readInts(in));
    }

    @Override
    public TypeSerializerSnapshot<OpenRerank> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<OpenRerank> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<OpenRerank> restoreSerializer() {
            return INSTANCE;
        }
    }
}
