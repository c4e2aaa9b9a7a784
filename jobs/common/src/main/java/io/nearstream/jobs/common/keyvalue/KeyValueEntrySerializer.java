package io.nearstream.jobs.common.keyvalue;

import io.nearstream.core.keyvalue.Compression;
import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.core.keyvalue.StoredValue;
import io.nearstream.jobs.common.state.Fields;
import io.nearstream.jobs.common.state.RecordSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Format 1: format (byte), deleted (byte), version, writer's time (int64), expiry (int64),
 * compression (byte), length (int32), bytes; see {@link Fields}. The format stands in every entry
 * since readers outside the job see the bytes without a savepoint's word on them.
 */
public final class KeyValueEntrySerializer extends RecordSerializer<KeyValueEntry> {
    public static final KeyValueEntrySerializer INSTANCE = new KeyValueEntrySerializer();

    private static final int FORMAT = 1;

    @Override
    public void serialize(KeyValueEntry entry, DataOutputView out) throws IOException {
        out.writeByte(FORMAT);
        out.writeBoolean(entry.deleted());
        Fields.writeVersion(entry.version(), out);
        out.writeLong(entry.writerTime());
        out.writeLong(entry.expiresAt());
        writeValue(entry.value(), out);
    }

    @Override
    public KeyValueEntry deserialize(DataInputView in) throws IOException {
        int format = in.readByte();
        if (format != FORMAT) {
            throw new IOException(
                    "The state of a key has format %d, but this build reads %d: use a newer one."
                            .formatted(format, FORMAT));
        }
        boolean deleted = in.readBoolean();
        return new KeyValueEntry(
                deleted, Fields.readVersion(in), in.readLong(), in.readLong(), readValue(in));
    }

    /** Compression (byte), length (int32), bytes. */
    public static void writeValue(StoredValue value, DataOutputView out) throws IOException {
        out.writeByte(value.compression().code());
        out.writeInt(value.length());
        Fields.writeBytes(value.bytes(), out);
    }

    /** What {@link #writeValue} wrote. */
    public static StoredValue readValue(DataInputView in) throws IOException {
        return new StoredValue(Compression.of(in.readByte()), in.readInt(), Fields.readBytes(in));
    }

    @Override
    public TypeSerializerSnapshot<KeyValueEntry> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Written into every savepoint; Flink loads it by name. */
    public static final class Snapshot extends Format<KeyValueEntry> {
        public Snapshot() {
            super(FORMAT);
        }

        @Override
        public TypeSerializer<KeyValueEntry> restoreSerializer() {
            return INSTANCE;
        }
    }
}
