package io.nearstream.jobs.ingest.backfill;

import io.nearstream.jobs.common.state.RecordSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Format 1: uid (modified UTF-8 behind its length, uint16), file (int32), rows (int64). */
final class FileRowsSerializer extends RecordSerializer<FileRows> {
    static final FileRowsSerializer INSTANCE = new FileRowsSerializer();

    @Override
    public void serialize(FileRows rows, DataOutputView out) throws IOException {
        out.writeUTF(rows.uid());
        out.writeInt(rows.file());
        out.writeLong(rows.rows());
    }

    @Override
    public FileRows deserialize(DataInputView in) throws IOException {
        return new FileRows(in.readUTF(), in.readInt(), in.readLong());
    }

    @Override
    public TypeSerializerSnapshot<FileRows> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<FileRows> {
        public Snapshot() {
            super(1);
        }

        @Override
        public TypeSerializer<FileRows> restoreSerializer() {
            return INSTANCE;
        }
    }
}
