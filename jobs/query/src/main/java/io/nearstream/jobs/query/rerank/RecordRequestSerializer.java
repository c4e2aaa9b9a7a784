package io.nearstream.jobs.query.rerank;

import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import io.nearstream.jobs.query.message.MessageFields;
import io.nearstream.jobs.query.message.ProbeKeySerializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Format 2: the fields in their order, the move where a byte before it is 1. Format 1 had no
 * deadline: its candidates read as late, since their probes were asked before the job went down.
 */
public final class RecordRequestSerializer extends RecordSerializer<RecordRequest> {
    public static final RecordRequestSerializer INSTANCE = new RecordRequestSerializer(2);
    static final RecordRequestSerializer FORMAT_1 = new RecordRequestSerializer(1);
    public static final TypeInformation<RecordRequest> TYPE =
            RecordTypeInfo.of(RecordRequest.class, INSTANCE);

    private final int format;

    private RecordRequestSerializer(int format) {
        this.format = format;
    }

    @Override
    public void serialize(RecordRequest value, DataOutputView out) throws IOException {
        out.writeInt(value.target());
        ProbeKeySerializer.INSTANCE.serialize(value.probe(), out);
        out.writeLong(value.collectionUid());
        if (format > 1) {
            out.writeLong(value.deadlineAt());
        }
        MessageFields.writeCheck(value.check(), out);
        out.writeInt(value.candidates().size());
        for (Candidate candidate : value.candidates()) {
            out.writeInt(candidate.query());
            out.writeInt(candidate.rank());
            out.writeUTF(candidate.id());
            Fields.writeVersion(candidate.version(), out);
        }
        out.writeBoolean(value.move().isPresent());
        if (value.move().isPresent()) {
            MoveRequestSerializer.INSTANCE.serialize(value.move().get(), out);
        }
    }

    @Override
    public RecordRequest deserialize(DataInputView in) throws IOException {
        return new RecordRequest(
                in.readInt(),
                ProbeKeySerializer.INSTANCE.deserialize(in),
                in.readLong(),
                format > 1 ? in.readLong() : 0,
                MessageFields.readCheck(in),
                readCandidates(in),
                in.readBoolean()
                        ? Optional.of(MoveRequestSerializer.INSTANCE.deserialize(in))
                        : Optional.empty());
    }

    private static List<Candidate> readCandidates(DataInputView in) throws IOException {
        int count = in.readInt();
        List<Candidate> candidates = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            candidates.add(
                    new Candidate(
                            in.readInt(), in.readInt(), in.readUTF(), Fields.readVersion(in)));
        }
        return candidates;
    }

    @Override
    public TypeSerializerSnapshot<RecordRequest> snapshotConfiguration() {
        return new Snapshot(format);
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<RecordRequest> {
        public Snapshot() {
            this(2);
        }

        private Snapshot(int format) {
            super(format);
        }

        @Override
        public TypeSerializer<RecordRequest> restoreSerializer() {
            return format() == 1 ? FORMAT_1 : INSTANCE;
        }
    }
}
