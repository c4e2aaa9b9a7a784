package io.nearstream.jobs.standing;

import io.nearstream.jobs.common.state.BytesSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/** Format 1: the bytes of a shard's row, which say what they are. */
public final class ShardRowSerializer extends BytesSerializer {
    public static final ShardRowSerializer INSTANCE = new ShardRowSerializer();

    @Override
    public TypeSerializerSnapshot<byte[]> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<byte[]> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<byte[]> restoreSerializer() {
            return INSTANCE;
        }
    }
}
