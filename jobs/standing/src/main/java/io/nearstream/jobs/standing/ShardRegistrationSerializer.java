package io.nearstream.jobs.standing;

import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: shard (int32), registration; see {@link RegistrationSerializer}. */
public final class ShardRegistrationSerializer extends RecordSerializer<ShardRegistration> {
    public static final ShardRegistrationSerializer INSTANCE = new ShardRegistrationSerializer();
    public static final TypeInformation<ShardRegistration> TYPE =
            RecordTypeInfo.of(ShardRegistration.class, INSTANCE);

    @Override
    public void serialize(ShardRegistration value, DataOutputView out) throws IOException {
        out.writeInt(value.shard());
        RegistrationSerializer.INSTANCE.serialize(value.registration(), out);
    }

    @Override
    public ShardRegistration deserialize(DataInputView in) throws IOException {
        return new ShardRegistration(in.readInt(), RegistrationSerializer.INSTANCE.deserialize(in));
    }

    @Override
    public TypeSerializerSnapshot<ShardRegistration> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<ShardRegistration> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<ShardRegistration> restoreSerializer() {
            return INSTANCE;
        }
    }
}
