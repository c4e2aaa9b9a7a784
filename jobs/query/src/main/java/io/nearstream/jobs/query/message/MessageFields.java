package io.nearstream.jobs.query.message;

import io.nearstream.core.model.LabelFilter;
import io.nearstream.jobs.common.state.Fields;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** How the fields that several messages share are written. */
public final class MessageFields {
    private MessageFields() {}

    static void writeProbeKey(ProbeKey key, DataOutputView out) throws IOException {
        out.writeInt(key.partition());
        out.writeLong(key.offset());
    }

    static ProbeKey readProbeKey(DataInputView in) throws IOException {
        return new ProbeKey(in.readInt(), in.readLong());
    }

    static void writeHits(List<Hit> hits, DataOutputView out) throws IOException {
        out.writeInt(hits.size());
        for (Hit hit : hits) {
            out.writeDouble(hit.score());
            Fields.writeBytes(hit.row(), out);
        }
    }

    static List<Hit> readHits(DataInputView in) throws IOException {
        int count = in.readInt();
        List<Hit> hits = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            hits.add(new Hit(in.readDouble(), Fields.readBytes(in)));
        }
        return hits;
    }

    static void writeAnswers(List<PartAnswer> answers, DataOutputView out) throws IOException {
        out.writeInt(answers.size());
        for (PartAnswer answer : answers) {
            out.writeInt(answer.ordinal());
            writeHits(answer.hits(), out);
        }
    }

    static List<PartAnswer> readAnswers(DataInputView in) throws IOException {
        int count = in.readInt();
        List<PartAnswer> answers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            answers.add(new PartAnswer(in.readInt(), readHits(in)));
        }
        return answers;
    }

    static void writeFilter(LabelFilter filter, DataOutputView out) throws IOException {
        Fields.writeStrings(filter.anyOf(), out);
        Fields.writeStrings(filter.allOf(), out);
        Fields.writeStrings(filter.noneOf(), out);
    }

    static LabelFilter readFilter(DataInputView in) throws IOException {
        return new LabelFilter(
                Fields.readStrings(in), Fields.readStrings(in), Fields.readStrings(in));
    }

    static void writePlan(RerankPlan plan, DataOutputView out) throws IOException {
        out.writeInt(plan.candidates());
        out.writeDouble(plan.radiusScore());
        writeCheck(plan.check(), out);
    }

    static RerankPlan readPlan(DataInputView in) throws IOException {
        return new RerankPlan(in.readInt(), in.readDouble(), readCheck(in));
    }

    /** Append time, filter, whether hits carry vectors, query vectors. */
    public static void writeCheck(RecordCheck check, DataOutputView out) throws IOException {
        out.writeLong(check.appendTime());
        writeFilter(check.filter(), out);
        out.writeBoolean(check.withVectors());
        out.writeInt(check.vectors().size());
        for (byte[] vector : check.vectors()) {
            Fields.writeBytes(vector, out);
        }
    }

    /** Reads what {@link #writeCheck} wrote. */
    public static RecordCheck readCheck(DataInputView in) throws IOException {
        long appendTime = in.readLong();
        LabelFilter filter = readFilter(in);
        boolean withVectors = in.readBoolean();
        int count = in.readInt();
        List<byte[]> vectors = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            vectors.add(Fields.readBytes(in));
        }
        return new RecordCheck(appendTime, filter, withVectors, vectors);
    }
}
