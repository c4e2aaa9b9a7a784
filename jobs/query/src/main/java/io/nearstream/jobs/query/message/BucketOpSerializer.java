package io.nearstream.jobs.query.message;

import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: kind (byte), bucket key, generation, then what the kind has. */
public final class BucketOpSerializer extends RecordSerializer<BucketOp> {
    public static final BucketOpSerializer INSTANCE = new BucketOpSerializer();
    public static final TypeInformation<BucketOp> TYPE =
            RecordTypeInfo.of(BucketOp.class, INSTANCE);
    private static final BucketOp.Kind[] KINDS = BucketOp.Kind.values();

    @Override
    public void serialize(BucketOp op, DataOutputView out) throws IOException {
        out.writeByte(op.kind().ordinal());
        out.writeLong(op.key().collectionUid());
        out.writeInt(op.key().bucket());
        out.writeInt(op.generation());
        switch (op.kind()) {
            case APPEND, LEFT -> Fields.writeBytes(op.row(), out);
            case MARKER -> {
                out.writeInt(op.sender());
                out.writeInt(op.senders());
            }
            default -> FetchRequestSerializer.INSTANCE.serialize(op.fetch(), out);
        }
    }

    @Override
    public BucketOp deserialize(DataInputView in) throws IOException {
        BucketOp.Kind kind = KINDS[in.readByte()];
        BucketKey key = new BucketKey(in.readLong(), in.readInt());
        int generation = in.readInt();
        return switch (kind) {
            case APPEND -> BucketOp.append(key, generation, Fields.readBytes(in));
            case LEFT -> BucketOp.left(key, generation, Fields.readBytes(in));
            case MARKER ->
                    BucketOp.marker(
                            key.collectionUid(),
                            key.bucket(),
                            generation,
                            in.readInt(),
                            in.readInt());
            case FETCH ->
                    BucketOp.fetch(
                            key, generation, FetchRequestSerializer.INSTANCE.deserialize(in));
            case FETCH_MISSING ->
                    BucketOp.missing(
                            key, generation, FetchRequestSerializer.INSTANCE.deserialize(in));
        };
    }

    @Override
    public TypeSerializerSnapshot<BucketOp> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<BucketOp> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<BucketOp> restoreSerializer() {
            return INSTANCE;
        }
    }
}
