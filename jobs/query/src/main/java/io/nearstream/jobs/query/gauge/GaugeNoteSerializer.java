package io.nearstream.jobs.query.gauge;

import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.message.ProbeKeySerializer;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: probe, collection, which half (int8), then the half's fields in their order. */
public final class GaugeNoteSerializer extends RecordSerializer<GaugeNote> {
    public static final GaugeNoteSerializer INSTANCE = new GaugeNoteSerializer();
    public static final TypeInformation<GaugeNote> TYPE =
            RecordTypeInfo.of(GaugeNote.class, INSTANCE);

    @Override
    public void serialize(GaugeNote note, DataOutputView out) throws IOException {
        ProbeKeySerializer.INSTANCE.serialize(note.probe(), out);
        out.writeLong(note.collectionUid());
        out.writeBoolean(note.answered());
        if (note.answered()) {
            out.writeLong(note.asOf());
            out.writeLong(note.answeredAt());
            Fields.writeStrings(note.ids(), out);
            for (double distance : note.distances()) {
                out.writeDouble(distance);
            }
        } else {
            out.writeInt(note.generation());
            out.writeDouble(note.correction());
            out.writeDouble(note.target());
            out.writeInt(note.k());
            out.writeLong(note.appendTime());
            Fields.writeBytes(note.query(), out);
        }
    }

    @Override
    public GaugeNote deserialize(DataInputView in) throws IOException {
        ProbeKey probe = ProbeKeySerializer.INSTANCE.deserialize(in);
        long uid = in.readLong();
        if (!in.readBoolean()) {
            return GaugeNote.asked(
                    probe,
                    uid,
                    in.readInt(),
                    in.readDouble(),
                    in.readDouble(),
                    in.readInt(),
                    in.readLong(),
                    Fields.readBytes(in));
        }
        long asOf = in.readLong();
        long answeredAt = in.readLong();
        List<String> ids = Fields.readStrings(in);
        double[] distances = new double[ids.size()];
        for (int i = 0; i < distances.length; i++) {
            distances[i] = in.readDouble();
        }
        return GaugeNote.answered(probe, uid, asOf, answeredAt, ids, distances);
    }

    @Override
    public TypeSerializerSnapshot<GaugeNote> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<GaugeNote> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<GaugeNote> restoreSerializer() {
            return INSTANCE;
        }
    }
}
