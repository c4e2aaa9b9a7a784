package io.nearstream.jobs.query.bucket;

import io.nearstream.jobs.common.state.BytesSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/**
 * Format 1 of a packed block: int32 length, then rows one after the other, each as {@link
 * io.nearstream.jobs.query.entry.EntryRow} describes it.
 */
public final class BlockSerializer extends BytesSerializer {
    public static final BlockSerializer INSTANCE = new BlockSerializer();

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
