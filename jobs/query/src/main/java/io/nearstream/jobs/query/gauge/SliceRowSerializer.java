package io.nearstream.jobs.query.gauge;

import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import io.nearstream.jobs.common.state.RecordTypeInfo;
import java.io.IOException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: collection (int64), level (int8), row (int32 length and bytes). */
public final class SliceRowSerializer extends RecordSerializer<SliceRow> {
    public static final SliceRowSerializer INSTANCE = new SliceRowSerializer();
    public static final TypeInformation<SliceRow> TYPE =
            RecordTypeInfo.of(SliceRow.class, INSTANCE);

    @Override
    public void serialize(SliceRow row, DataOutputView out) throws IOException {
        out.writeLong(row.collectionUid());
        out.writeByte(row.level());
        Fields.writeBytes(row.row(), out);
    }

    @Override
    public SliceRow deserialize(DataInputView in) throws IOException {
        return new SliceRow(in.readLong(), in.readByte(), Fields.readBytes(in));
    }

    @Override
    public TypeSerializerSnapshot<SliceRow> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<SliceRow> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<SliceRow> restoreSerializer() {
            return INSTANCE;
        }
    }
}
