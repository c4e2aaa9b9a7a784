package io.nearstream.jobs.query.message;

import io.nearstream.core.model.LabelFilter;
import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Format 2: the fields in their order; a query part is ordinal, vector, buckets. Format 1 had no
 * deadline.
 */
public final class ProbeMessageSerializer extends RecordSerializer<ProbeMessage> {
    public static final ProbeMessageSerializer INSTANCE = new ProbeMessageSerializer(2);

    /** Reads savepoints of release 0.1. */
    public static final ProbeMessageSerializer FORMAT_1 = new ProbeMessageSerializer(1);

    public static final TypeInformation<ProbeMessage> TYPE =
            RecordTypeInfo.of(ProbeMessage.class, INSTANCE);

    private final int format;

    private ProbeMessageSerializer(int format) {
        this.format = format;
    }

    @Override
    public void serialize(ProbeMessage message, DataOutputView out) throws IOException {
        out.writeInt(message.target());
        MessageFields.writeProbeKey(message.key(), out);
        out.writeLong(message.collectionUid());
        out.writeInt(message.generation());
        out.writeBoolean(message.unsettled());
        out.writeDouble(message.effort().targetRecall());
        out.writeInt(message.effort().probes());
        out.writeBoolean(message.effort().exhaustive());
        out.writeLong(message.appendTime());
        out.writeLong(message.atLeast());
        if (format > 1) {
            out.writeLong(message.deadlineAt());
        }
        out.writeInt(message.limit());
        out.writeDouble(message.radiusScore());
        Fields.writeStrings(message.filter().anyOf(), out);
        Fields.writeStrings(message.filter().allOf(), out);
        Fields.writeStrings(message.filter().noneOf(), out);
        out.writeBoolean(message.withVectors());
        out.writeInt(message.queries().size());
        for (QueryPart query : message.queries()) {
            out.writeInt(query.ordinal());
            Fields.writeBytes(query.vector(), out);
            Fields.writeInts(query.buckets(), out);
        }
    }

    @Override
    public ProbeMessage deserialize(DataInputView in) throws IOException {
        return new ProbeMessage(
                in.readInt(),
                MessageFields.readProbeKey(in),
                in.readLong(),
                in.readInt(),
                in.readBoolean(),
                new Effort(in.readDouble(), in.readInt(), in.readBoolean()),
                in.readLong(),
                in.readLong(),
                format > 1 ? in.readLong() : Long.MAX_VALUE,
                in.readInt(),
                in.readDouble(),
                readFilter(in),
                in.readBoolean(),
                readQueries(in));
    }

    private static LabelFilter readFilter(DataInputView in) throws IOException {
        return new LabelFilter(
                Fields.readStrings(in), Fields.readStrings(in), Fields.readStrings(in));
    }

    private static List<QueryPart> readQueries(DataInputView in) throws IOException {
        int count = in.readInt();
        List<QueryPart> queries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            queries.add(new QueryPart(in.readInt(), Fields.readBytes(in), Fields.readInts(in)));
        }
        return queries;
    }

    @Override
    public TypeSerializerSnapshot<ProbeMessage> snapshotConfiguration() {
        return new Snapshot(format);
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<ProbeMessage> {
        public Snapshot() {
            this(2);
        }

        private Snapshot(int format) {
            super(format);
        }

        @Override
        public TypeSerializer<ProbeMessage> restoreSerializer() {
            return format() == 1 ? FORMAT_1 : INSTANCE;
        }
    }
}
