package io.nearstream.jobs.standing;

import io.nearstream.jobs.common.state.IndexChangeSerializer;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: shard (int32), change; see {@link IndexChangeSerializer}. */
public final class ShardChangeSerializer extends RecordSerializer<ShardChange> {
    public static final ShardChangeSerializer INSTANCE = new ShardChangeSerializer();
    public static final TypeInformation<ShardChange> TYPE =
            RecordTypeInfo.of(ShardChange.class, INSTANCE);

    @Override
    public void serialize(ShardChange value, DataOutputView out) throws IOException {
        out.writeInt(value.shard());
        IndexChangeSerializer.INSTANCE.serialize(value.change(), out);
    }

    @Override
    public ShardChange deserialize(DataInputView in) throws IOException {
        return new ShardChange(in.readInt(), IndexChangeSerializer.INSTANCE.deserialize(in));
    }

    @Override
    public TypeSerializerSnapshot<ShardChange> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<ShardChange> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<ShardChange> restoreSerializer() {
            return INSTANCE;
        }
    }
}
