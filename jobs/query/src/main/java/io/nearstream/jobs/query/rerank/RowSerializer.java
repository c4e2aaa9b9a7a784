package io.nearstream.jobs.query.rerank;

import io.nearstream.jobs.common.state.BytesSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/**
 * Format 1 of a stored row: int32 length, then the row as {@link
 * io.nearstream.jobs.query.entry.EntryRow} describes it.
 */
public final class RowSerializer extends BytesSerializer {
    public static final RowSerializer INSTANCE = new RowSerializer();

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
