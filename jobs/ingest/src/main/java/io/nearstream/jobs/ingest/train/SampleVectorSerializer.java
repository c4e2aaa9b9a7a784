package io.nearstream.jobs.ingest.train;

import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: collection uid (int64), vector; see {@link Fields}. */
public final class SampleVectorSerializer extends RecordSerializer<SampleVector> {
    public static final SampleVectorSerializer INSTANCE = new SampleVectorSerializer();
    public static final TypeInformation<SampleVector> TYPE =
            RecordTypeInfo.of(SampleVector.class, INSTANCE);

    @Override
    public void serialize(SampleVector sample, DataOutputView out) throws IOException {
        out.writeLong(sample.collectionUid());
        Fields.writeBytes(sample.vector(), out);
    }

    @Override
    public SampleVector deserialize(DataInputView in) throws IOException {
        return new SampleVector(in.readLong(), Fields.readBytes(in));
    }

    @Override
    public TypeSerializerSnapshot<SampleVector> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<SampleVector> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<SampleVector> restoreSerializer() {
            return INSTANCE;
        }
    }
}
