package io.nearstream.jobs.query.gauge;

import io.nearstream.core.recall.RecallObservation;
import io.nearstream.jobs.common.state.RecordSerializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Format 1: level (int8), generation (int32), correction (float64), seen (int64), answers (int32
 * count), each k (int8), level (int8), missed (int64), target (float64).
 */
public final class GaugedAnswersSerializer extends RecordSerializer<GaugedAnswers> {
    static final GaugedAnswersSerializer INSTANCE = new GaugedAnswersSerializer();

    @Override
    public void serialize(GaugedAnswers answers, DataOutputView out) throws IOException {
        out.writeByte(answers.level());
        out.writeInt(answers.generation());
        out.writeDouble(answers.correction());
        out.writeLong(answers.seen());
        out.writeInt(answers.newest().size());
        for (RecallObservation answer : answers.newest()) {
            out.writeByte(answer.k());
            out.writeByte(answer.level());
            out.writeLong(answer.missed());
            out.writeDouble(answer.target());
        }
    }

    @Override
    public GaugedAnswers deserialize(DataInputView in) throws IOException {
        int level = in.readByte();
        int generation = in.readInt();
        double correction = in.readDouble();
        long seen = in.readLong();
        int count = in.readInt();
        List<RecallObservation> newest = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            newest.add(
                    new RecallObservation(
                            in.readByte(), in.readByte(), in.readLong(), in.readDouble()));
        }
        return new GaugedAnswers(level, generation, correction, seen, newest);
    }

    @Override
    public TypeSerializerSnapshot<GaugedAnswers> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<GaugedAnswers> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<GaugedAnswers> restoreSerializer() {
            return INSTANCE;
        }
    }
}
