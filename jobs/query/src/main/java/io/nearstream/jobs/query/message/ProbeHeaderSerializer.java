package io.nearstream.jobs.query.message;

import io.nearstream.core.model.Metric;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 2: the fields in their order, the plan where a byte before it is 1. Format 1 had none. */
public final class ProbeHeaderSerializer extends RecordSerializer<ProbeHeader> {
    public static final ProbeHeaderSerializer INSTANCE = new ProbeHeaderSerializer(2);

    /** Reads savepoints of release 0.1. */
    public static final ProbeHeaderSerializer FORMAT_1 = new ProbeHeaderSerializer(1);

    public static final TypeInformation<ProbeHeader> TYPE =
            RecordTypeInfo.of(ProbeHeader.class, INSTANCE);

    /** By their number in the format: names may be added at the end only. */
    private static final Metric[] METRICS = {
        Metric.L2, Metric.COSINE, Metric.INNER_PRODUCT, Metric.HAMMING, Metric.JACCARD
    };

    private final int format;

    private ProbeHeaderSerializer(int format) {
        this.format = format;
    }

    @Override
    public void serialize(ProbeHeader header, DataOutputView out) throws IOException {
        MessageFields.writeProbeKey(header.key(), out);
        out.writeUTF(header.id());
        out.writeInt(header.resultPartition());
        out.writeLong(header.collectionUid());
        out.writeByte(header.metric().ordinal());
        out.writeInt(header.vectorBytes());
        out.writeInt(header.queries());
        out.writeInt(header.limit());
        out.writeBoolean(header.range());
        out.writeBoolean(header.fetch());
        out.writeBoolean(header.withVectors());
        out.writeBoolean(header.withPayloads());
        out.writeInt(header.slots().length);
        for (long word : header.slots()) {
            out.writeLong(word);
        }
        out.writeInt(header.messages());
        out.writeLong(header.readAtMicros());
        out.writeLong(header.deadlineAt());
        if (format > 1) {
            out.writeBoolean(header.rerank().isPresent());
            if (header.rerank().isPresent()) {
                MessageFields.writePlan(header.rerank().get(), out);
            }
        }
    }

    @Override
    public ProbeHeader deserialize(DataInputView in) throws IOException {
        return new ProbeHeader(
                MessageFields.readProbeKey(in),
                in.readUTF(),
                in.readInt(),
                in.readLong(),
                METRICS[in.readByte()],
                in.readInt(),
                in.readInt(),
                in.readInt(),
                in.readBoolean(),
                in.readBoolean(),
                in.readBoolean(),
                in.readBoolean(),
                readWords(in),
                in.readInt(),
                in.readLong(),
                in.readLong(),
                format > 1 && in.readBoolean()
                        ? Optional.of(MessageFields.readPlan(in))
                        : Optional.empty());
    }

    private static long[] readWords(DataInputView in) throws IOException {
        long[] words = new long[in.readInt()];
        for (int i = 0; i < words.length; i++) {
            words[i] = in.readLong();
        }
        return words;
    }

    @Override
    public TypeSerializerSnapshot<ProbeHeader> snapshotConfiguration() {
        return new Snapshot(format);
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<ProbeHeader> {
        public Snapshot() {
            this(2);
        }

        private Snapshot(int format) {
            super(format);
        }

        @Override
        public TypeSerializer<ProbeHeader> restoreSerializer() {
            return format() == 1 ? FORMAT_1 : INSTANCE;
        }
    }
}
