package io.nearstream.jobs.standing;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.jobs.common.state.RecordSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Format 1: shards (int32), and of the collection: name (UTF), uid (int64), metric and encoding
 * (UTF, their names), dimensions (int32).
 */
public final class ShardOriginSerializer extends RecordSerializer<ShardOrigin> {
    public static final ShardOriginSerializer INSTANCE = new ShardOriginSerializer();

    @Override
    public void serialize(ShardOrigin value, DataOutputView out) throws IOException {
        KeptCollection collection = value.collection();
        out.writeInt(value.shards());
        out.writeUTF(collection.name());
        out.writeLong(collection.uid());
        out.writeUTF(collection.metric().name());
        out.writeUTF(collection.encoding().name());
        out.writeInt(collection.dimensions());
    }

    @Override
    public ShardOrigin deserialize(DataInputView in) throws IOException {
        return new ShardOrigin(
                in.readInt(),
                new KeptCollection(
                        in.readUTF(),
                        in.readLong(),
                        Metric.valueOf(in.readUTF()),
                        Encoding.valueOf(in.readUTF()),
                        in.readInt()));
    }

    @Override
    public TypeSerializerSnapshot<ShardOrigin> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<ShardOrigin> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<ShardOrigin> restoreSerializer() {
            return INSTANCE;
        }
    }
}
