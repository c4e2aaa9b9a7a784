package io.nearstream.jobs.query.message;

import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: collection uid (int64), bucket (int32). */
public final class BucketKeySerializer extends RecordSerializer<BucketKey> {
    public static final BucketKeySerializer INSTANCE = new BucketKeySerializer();
    public static final TypeInformation<BucketKey> TYPE =
            RecordTypeInfo.ofKey(BucketKey.class, INSTANCE);

    @Override
    public void serialize(BucketKey key, DataOutputView out) throws IOException {
        out.writeLong(key.collectionUid());
        out.writeInt(key.bucket());
    }

    @Override
    public BucketKey deserialize(DataInputView in) throws IOException {
        return new BucketKey(in.readLong(), in.readInt());
    }

    @Override
    public TypeSerializerSnapshot<BucketKey> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<BucketKey> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<BucketKey> restoreSerializer() {
            return INSTANCE;
        }
    }
}
