package io.nearstream.jobs.query.merge;

import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.query.message.ProbeKeySerializer;
import io.nearstream.jobs.query.rerank.RecordPart;
import io.nearstream.jobs.query.rerank.RecordPartSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Format 1: key, since (int64), open answer (byte, then the answer where 1), what was scored, as a
 * part, 1 byte answered. Only the operator's own snapshot writes it, so that its mutability does no
 * harm.
 */
public final class PendingRerankSerializer extends RecordSerializer<PendingRerank> {
    static final PendingRerankSerializer INSTANCE = new PendingRerankSerializer();

    @Override
    public void serialize(PendingRerank pending, DataOutputView out) throws IOException {
        ProbeKeySerializer.INSTANCE.serialize(pending.key(), out);
        out.writeLong(pending.since());
        out.writeBoolean(pending.open().isPresent());
        if (pending.open().isPresent()) {
            OpenRerankSerializer.INSTANCE.serialize(pending.open().get(), out);
        }
        RecordPartSerializer.INSTANCE.serialize(
                new RecordPart(pending.key(), pending.scored()), out);
        out.writeBoolean(pending.answered());
    }

    @Override
    public PendingRerank deserialize(DataInputView in) throws IOException {
        PendingRerank pending =
                new PendingRerank(ProbeKeySerializer.INSTANCE.deserialize(in), in.readLong());
        if (in.readBoolean()) {
            pending.open(OpenRerankSerializer.INSTANCE.deserialize(in));
        }
        pending.add(RecordPartSerializer.INSTANCE.deserialize(in).scored());
        if (in.readBoolean()) {
            pending.markAnswered();
        }
        return pending;
    }

    @Override
    public TypeSerializerSnapshot<PendingRerank> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<PendingRerank> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<PendingRerank> restoreSerializer() {
            return INSTANCE;
        }
    }
}
