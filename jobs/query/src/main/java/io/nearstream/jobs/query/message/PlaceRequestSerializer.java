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

/**
 * Format 1: move (byte), then the fetch, or key, row, from-bucket, generation, its hash, buckets.
 */
public final class PlaceRequestSerializer extends RecordSerializer<PlaceRequest> {
    public static final PlaceRequestSerializer INSTANCE = new PlaceRequestSerializer();
    public static final TypeInformation<PlaceRequest> TYPE =
            RecordTypeInfo.of(PlaceRequest.class, INSTANCE);

    @Override
    public void serialize(PlaceRequest request, DataOutputView out) throws IOException {
        out.writeBoolean(request.moved().isPresent());
        if (request.moved().isPresent()) {
            Fields.writeKey(request.record(), out);
            MovedEntry moved = request.moved().get();
            Fields.writeBytes(moved.row(), out);
            out.writeInt(moved.fromBucket());
            out.writeInt(moved.generation());
            out.writeLong(moved.generationHash());
            Fields.writeInts(moved.buckets(), out);
        } else {
            FetchRequestSerializer.INSTANCE.serialize(request.fetch(), out);
        }
    }

    @Override
    public PlaceRequest deserialize(DataInputView in) throws IOException {
        return in.readBoolean()
                ? PlaceRequest.move(
                        Fields.readKey(in),
                        new MovedEntry(
                                Fields.readBytes(in),
                                in.readInt(),
                                in.readInt(),
                                in.readLong(),
                                Fields.readInts(in)))
                : PlaceRequest.fetch(FetchRequestSerializer.INSTANCE.deserialize(in));
    }

    @Override
    public TypeSerializerSnapshot<PlaceRequest> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<PlaceRequest> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<PlaceRequest> restoreSerializer() {
            return INSTANCE;
        }
    }
}
