package io.nearstream.jobs.query.rerank;

import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import io.nearstream.jobs.query.message.ProbeKeySerializer;
import io.nearstream.jobs.query.message.RecordCheckSerializer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: the fields in their order, the move where a byte before it is 1. */
public final class RecordRequestSerializer extends RecordSerializer<RecordRequest> {
    public static final RecordRequestSerializer INSTANCE = new RecordRequestSerializer();
    public static final TypeInformation<RecordRequest> TYPE =
            RecordTypeInfo.of(RecordRequest.class, INSTANCE);

    @Override
    public void serialize(RecordRequest value, DataOutputView out) throws IOException {
        out.writeInt(value.target());
        ProbeKeySerializer.INSTANCE.serialize(value.probe(), out);
        out.writeLong(value.collectionUid());
        RecordCheckSerializer.INSTANCE.serialize(value.check(), out);
        out.writeInt(value.candidates().size());
        for (Candidate candidate : value.candidates()) {
            out.writeInt(candidate.query());
            out.writeInt(candidate.rank());
            out.writeUTF(candidate.id());
            Fields.writeVersion(candidate.version(), out);
        }
        out.writeBoolean(value.move().isPresent());
        if (value.move().isPresent()) {
            MoveRequest move = value.move().get();
            Fields.writeKey(move.record(), out);
            Fields.writeVersion(move.version(), out);
            out.writeInt(move.fromBucket());
        }
    }

    @Override
    public RecordRequest deserialize(DataInputView in) throws IOException {
        return new RecordRequest(
                in.readInt(),
                ProbeKeySerializer.INSTANCE.deserialize(in),
                in.readLong(),
                RecordCheckSerializer.INSTANCE.deserialize(in),
                readCandidates(in),
                in.readBoolean()
                        ? Optional.of(
                                new MoveRequest(
                                        Fields.readKey(in), Fields.readVersion(in), in.readInt()))
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
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<RecordRequest> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<RecordRequest> restoreSerializer() {
            return INSTANCE;
        }
    }
}
