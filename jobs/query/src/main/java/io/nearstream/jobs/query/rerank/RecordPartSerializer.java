package io.nearstream.jobs.query.rerank;

import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import io.nearstream.jobs.query.message.ProbeKeySerializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: the fields in their order. */
public final class RecordPartSerializer extends RecordSerializer<RecordPart> {
    public static final RecordPartSerializer INSTANCE = new RecordPartSerializer();
    public static final TypeInformation<RecordPart> TYPE =
            RecordTypeInfo.of(RecordPart.class, INSTANCE);

    @Override
    public void serialize(RecordPart value, DataOutputView out) throws IOException {
        ProbeKeySerializer.INSTANCE.serialize(value.probe(), out);
        writeAll(value.scored(), out);
    }

    @Override
    public RecordPart deserialize(DataInputView in) throws IOException {
        return new RecordPart(ProbeKeySerializer.INSTANCE.deserialize(in), readAll(in));
    }

    static void writeAll(List<Scored> all, DataOutputView out) throws IOException {
        out.writeInt(all.size());
        for (Scored scored : all) {
            out.writeInt(scored.query());
            out.writeInt(scored.rank());
            out.writeDouble(scored.score());
            Fields.writeBytes(scored.row(), out);
        }
    }

    static List<Scored> readAll(DataInputView in) throws IOException {
        int count = in.readInt();
        List<Scored> all = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            all.add(new Scored(in.readInt(), in.readInt(), in.readDouble(), Fields.readBytes(in)));
        }
        return all;
    }

    @Override
    public TypeSerializerSnapshot<RecordPart> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<RecordPart> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<RecordPart> restoreSerializer() {
            return INSTANCE;
        }
    }
}
