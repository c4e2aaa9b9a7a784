package io.nearstream.operators.join;

import io.nearstream.core.join.Visit;
import io.nearstream.operators.state.Parts;
import io.nearstream.operators.state.RecordFormat;
import io.nearstream.operators.state.RecordType;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Format 2: bucket (int32), kind (int8: 0 end, 1 look, 2 live), record, event time (int64), homes,
 * vector; see {@link Parts}; distance from the bucket's centre and how far a partner's may differ
 * (float32 each, NaN of no centre). Nothing that was released kept visits of format 1, which had
 * neither.
 */
public final class VisitSerializer extends RecordFormat<Visit> {
    public static final VisitSerializer INSTANCE = new VisitSerializer();
    public static final TypeInformation<Visit> TYPE = RecordType.of(Visit.class, INSTANCE);

    private static final long serialVersionUID = 1L;
    private static final Visit.Kind[] KINDS = Visit.Kind.values();

    @Override
    public void serialize(Visit visit, DataOutputView out) throws IOException {
        out.writeInt(visit.bucket());
        out.writeByte(visit.kind().ordinal());
        Parts.writeRef(visit.record(), out);
        out.writeLong(visit.eventTime());
        Parts.writeInts(visit.homes(), out);
        Parts.writeBytes(visit.vector(), out);
        out.writeFloat(visit.centre());
        out.writeFloat(visit.reach());
    }

    @Override
    public Visit deserialize(DataInputView in) throws IOException {
        return new Visit(
                in.readInt(),
                KINDS[in.readByte()],
                Parts.readRef(in),
                in.readLong(),
                Parts.readInts(in),
                Parts.readBytes(in),
                in.readFloat(),
                in.readFloat());
    }

    @Override
    public TypeSerializerSnapshot<Visit> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Written<Visit> {
        public Snapshot() {
            super(2, 2);
        }

        @Override
        public TypeSerializer<Visit> restoreSerializer() {
            return INSTANCE;
        }
    }
}
