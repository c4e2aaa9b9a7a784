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

/** Format 1: move (byte), then key and row, or the fetch. */
public final class PlaceRequestSerializer extends RecordSerializer<PlaceRequest> {
    public static final PlaceRequestSerializer INSTANCE = new PlaceRequestSerializer();
    public static final TypeInformation<PlaceRequest> TYPE =
            RecordTypeInfo.of(PlaceRequest.class, INSTANCE);

    @Override
    public void serialize(PlaceRequest request, DataOutputView out) throws IOException {
        out.writeBoolean(request.moved().isPresent());
        if (request.moved().isPresent()) {
            Fields.writeKey(request.record(), out);
            Fields.writeBytes(request.moved().get(), out);
        } else {
            FetchRequestSerializer.INSTANCE.serialize(request.fetch(), out);
        }
    }

    @Override
    public PlaceRequest deserialize(DataInputView in) throws IOException {
        return in.readBoolean()
                ? PlaceRequest.move(Fields.readKey(in), Fields.readBytes(in))
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
