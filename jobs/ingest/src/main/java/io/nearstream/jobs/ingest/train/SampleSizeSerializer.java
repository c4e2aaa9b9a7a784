package io.nearstream.jobs.ingest.train;

import io.nearstream.jobs.common.state.RecordSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: seen (int32), kept (int32). */
final class SampleSizeSerializer extends RecordSerializer<SampleSize> {
    static final SampleSizeSerializer INSTANCE = new SampleSizeSerializer();

    @Override
    public void serialize(SampleSize size, DataOutputView out) throws IOException {
        out.writeInt(size.seen());
        out.writeInt(size.kept());
    }

    @Override
    public SampleSize deserialize(DataInputView in) throws IOException {
        return new SampleSize(in.readInt(), in.readInt());
    }

    @Override
    public TypeSerializerSnapshot<SampleSize> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<SampleSize> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<SampleSize> restoreSerializer() {
            return INSTANCE;
        }
    }
}
