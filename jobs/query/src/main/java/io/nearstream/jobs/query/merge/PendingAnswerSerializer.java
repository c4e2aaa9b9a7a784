package io.nearstream.jobs.query.merge;

import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.jobs.query.message.PartialSerializer;
import io.nearstream.jobs.query.message.ProbeHeaderSerializer;
import io.nearstream.jobs.query.message.ProbeKeySerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Format 2: key, since (int64), header (byte, then the header where 1), shares (int32 count), 1
 * byte answered. Format 1 had shares of format 1. Only the operator's own snapshot writes it, so
 * that its mutability does no harm.
 */
public final class PendingAnswerSerializer extends RecordSerializer<PendingAnswer> {
    static final PendingAnswerSerializer INSTANCE =
            new PendingAnswerSerializer(PartialSerializer.INSTANCE);

    /** Reads savepoints of release 0.1. */
    static final PendingAnswerSerializer FORMAT_1 =
            new PendingAnswerSerializer(PartialSerializer.FORMAT_1);

    private final PartialSerializer shares;

    private PendingAnswerSerializer(PartialSerializer shares) {
        this.shares = shares;
    }

    @Override
    public void serialize(PendingAnswer pending, DataOutputView out) throws IOException {
        ProbeKeySerializer.INSTANCE.serialize(pending.key(), out);
        out.writeLong(pending.since());
        out.writeBoolean(pending.header().isPresent());
        if (pending.header().isPresent()) {
            ProbeHeaderSerializer.INSTANCE.serialize(pending.header().get(), out);
        }
        out.writeInt(pending.partials().size());
        for (Partial partial : pending.partials()) {
            shares.serialize(partial, out);
        }
        out.writeBoolean(pending.answered());
    }

    @Override
    public PendingAnswer deserialize(DataInputView in) throws IOException {
        PendingAnswer pending =
                new PendingAnswer(ProbeKeySerializer.INSTANCE.deserialize(in), in.readLong());
        if (in.readBoolean()) {
            pending.header(ProbeHeaderSerializer.INSTANCE.deserialize(in));
        }
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            pending.add(shares.deserialize(in));
        }
        if (in.readBoolean()) {
            pending.markAnswered();
        }
        return pending;
    }

    @Override
    public TypeSerializerSnapshot<PendingAnswer> snapshotConfiguration() {
        return new Snapshot(shares == PartialSerializer.FORMAT_1 ? 1 : 2);
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<PendingAnswer> {
        public Snapshot() {
            this(2);
        }

        private Snapshot(int format) {
            super(format);
        }

        @Override
        public TypeSerializer<PendingAnswer> restoreSerializer() {
            return format() == 1 ? FORMAT_1 : INSTANCE;
        }
    }
}
