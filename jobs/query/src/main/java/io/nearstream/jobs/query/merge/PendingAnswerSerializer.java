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
 * Format 3: key, since (int64), header (byte, then the header where 1), shares (int32 count), 1
 * byte answered. Format 2 had a header of format 1, and format 1 shares of format 1 too. Only the
 * operator's own snapshot writes it, so that its mutability does no harm.
 */
public final class PendingAnswerSerializer extends RecordSerializer<PendingAnswer> {
    static final PendingAnswerSerializer INSTANCE =
            new PendingAnswerSerializer(
                    3, ProbeHeaderSerializer.INSTANCE, PartialSerializer.INSTANCE);

    /** Reads savepoints of before codes. */
    static final PendingAnswerSerializer FORMAT_2 =
            new PendingAnswerSerializer(
                    2, ProbeHeaderSerializer.FORMAT_1, PartialSerializer.INSTANCE);

    /** Reads savepoints of release 0.1. */
    static final PendingAnswerSerializer FORMAT_1 =
            new PendingAnswerSerializer(
                    1, ProbeHeaderSerializer.FORMAT_1, PartialSerializer.FORMAT_1);

    private final int format;
    private final ProbeHeaderSerializer headers;
    private final PartialSerializer shares;

    private PendingAnswerSerializer(
            int format, ProbeHeaderSerializer headers, PartialSerializer shares) {
        this.format = format;
        this.headers = headers;
        this.shares = shares;
    }

    @Override
    public void serialize(PendingAnswer pending, DataOutputView out) throws IOException {
        ProbeKeySerializer.INSTANCE.serialize(pending.key(), out);
        out.writeLong(pending.since());
        out.writeBoolean(pending.header().isPresent());
        if (pending.header().isPresent()) {
            headers.serialize(pending.header().get(), out);
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
            pending.header(headers.deserialize(in));
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
        return new Snapshot(format);
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<PendingAnswer> {
        public Snapshot() {
            this(3);
        }

        private Snapshot(int format) {
            super(format);
        }

        @Override
        public TypeSerializer<PendingAnswer> restoreSerializer() {
            return switch (format()) {
                case 1 -> FORMAT_1;
                case 2 -> FORMAT_2;
                default -> INSTANCE;
            };
        }
    }
}
