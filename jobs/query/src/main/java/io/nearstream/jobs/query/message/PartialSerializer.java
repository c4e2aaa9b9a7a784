package io.nearstream.jobs.query.message;

import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 2: the fields in their order. Format 1 had no unreached. */
public final class PartialSerializer extends RecordSerializer<Partial> {
    public static final PartialSerializer INSTANCE = new PartialSerializer(2);

    /** Reads savepoints of release 0.1. */
    public static final PartialSerializer FORMAT_1 = new PartialSerializer(1);

    public static final TypeInformation<Partial> TYPE = RecordTypeInfo.of(Partial.class, INSTANCE);

    private final int format;

    private PartialSerializer(int format) {
        this.format = format;
    }

    @Override
    public void serialize(Partial partial, DataOutputView out) throws IOException {
        MessageFields.writeProbeKey(partial.key(), out);
        out.writeInt(partial.fromSlot());
        out.writeInt(partial.toSlot());
        out.writeInt(partial.bucketsVisited());
        out.writeLong(partial.vectorsScored());
        out.writeInt(partial.misrouted());
        if (format > 1) {
            out.writeInt(partial.unreached());
        }
        out.writeLong(partial.asOf());
        MessageFields.writeAnswers(partial.answers(), out);
    }

    @Override
    public Partial deserialize(DataInputView in) throws IOException {
        return new Partial(
                MessageFields.readProbeKey(in),
                in.readInt(),
                in.readInt(),
                in.readInt(),
                in.readLong(),
                in.readInt(),
                format > 1 ? in.readInt() : 0,
                in.readLong(),
                MessageFields.readAnswers(in));
    }

    @Override
    public TypeSerializerSnapshot<Partial> snapshotConfiguration() {
        return new Snapshot(format);
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<Partial> {
        public Snapshot() {
            this(2);
        }

        private Snapshot(int format) {
            super(format);
        }

        @Override
        public TypeSerializer<Partial> restoreSerializer() {
            return format() == 1 ? FORMAT_1 : INSTANCE;
        }
    }
}
