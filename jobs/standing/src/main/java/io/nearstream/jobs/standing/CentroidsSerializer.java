package io.nearstream.jobs.standing;

import io.nearstream.jobs.common.state.BytesSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/**
 * Format 1: the centroids of the cells one after the other, each in the encoding of the collection;
 * none where there is one cell.
 */
public final class CentroidsSerializer extends BytesSerializer {
    public static final CentroidsSerializer INSTANCE = new CentroidsSerializer();

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
