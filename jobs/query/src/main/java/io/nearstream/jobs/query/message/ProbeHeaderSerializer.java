package io.nearstream.jobs.query.message;

import io.nearstream.core.model.Metric;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: the fields in their order. */
public final class ProbeHeaderSerializer extends RecordSerializer<ProbeHeader> {
    public static final ProbeHeaderSerializer INSTANCE = new ProbeHeaderSerializer();
    public static final TypeInformation<ProbeHeader> TYPE =
            RecordTypeInfo.of(ProbeHeader.class, INSTANCE);

    /** By their number in the format: names may be added at the end only. */
    private static final Metric[] METRICS = {
        Metric.L2, Metric.COSINE, Metric.INNER_PRODUCT, Metric.HAMMING, Metric.JACCARD
    };

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
                in.readLong());
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
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<ProbeHeader> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<ProbeHeader> restoreSerializer() {
            return INSTANCE;
        }
    }
}
