package io.nearstream.jobs.ingest.version;

import io.nearstream.jobs.common.state.IndexChangeSerializer;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: forgotten (byte), change as {@link IndexChangeSerializer} writes it. */
public final class IndexUpdateSerializer extends RecordSerializer<IndexUpdate> {
    public static final IndexUpdateSerializer INSTANCE = new IndexUpdateSerializer();
    public static final TypeInformation<IndexUpdate> TYPE =
            RecordTypeInfo.of(IndexUpdate.class, INSTANCE);

    @Override
    public void serialize(IndexUpdate update, DataOutputView out) throws IOException {
        out.writeBoolean(update.forgotten());
        IndexChangeSerializer.INSTANCE.serialize(update.change(), out);
    }

    @Override
    public IndexUpdate deserialize(DataInputView in) throws IOException {
        boolean forgotten = in.readBoolean();
        return new IndexUpdate(IndexChangeSerializer.INSTANCE.deserialize(in), forgotten);
    }

    @Override
    public TypeSerializerSnapshot<IndexUpdate> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<IndexUpdate> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<IndexUpdate> restoreSerializer() {
            return INSTANCE;
        }
    }
}
