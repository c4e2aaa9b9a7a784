package io.nearstream.jobs.common.wire;

import io.nearstream.core.keyvalue.Compression;
import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.core.keyvalue.StoredValue;
import io.nearstream.core.model.Version;
import io.nearstream.schemas.KeyValueChange;
import io.nearstream.schemas.KeyValueCompression;
import io.nearstream.schemas.VersionStamp;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** States of keys from and to Avro. */
public final class KeyValueWire {
    /** No UTF-8 has this byte, so no user's key is ever compacted away by Progress. */
    private static final byte PROGRESS_FIRST_BYTE = (byte) 0xFF;

    private KeyValueWire() {}

    /** The Kafka key of a key's writes and changes. */
    public static byte[] key(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    /** The Kafka key of a sink subtask's Progress in a partition of the key-value changes. */
    public static byte[] progressKey(int partition, int subtask) {
        byte[] key =
                "?progress/%d/%d".formatted(partition, subtask).getBytes(StandardCharsets.US_ASCII);
        key[0] = PROGRESS_FIRST_BYTE;
        return key;
    }

    /** Whether a record of the key-value changes is Progress, by its Kafka key. */
    public static boolean isProgress(byte[] key) {
        return key.length > 0 && key[0] == PROGRESS_FIRST_BYTE;
    }

    /** The state of a key as it travels. */
    public static KeyValueChange change(KeyValueEntry entry) {
        return new KeyValueChange(
                entry.deleted(),
                stamp(entry.version()),
                ByteBuffer.wrap(entry.value().bytes()),
                KeyValueCompression.valueOf(entry.value().compression().name()),
                entry.value().length(),
                entry.writerTime(),
                entry.expiresAt() == KeyValueEntry.NEVER ? null : entry.expiresAt());
    }

    /**
     * The state of a key in a decoded record.
     *
     * @throws IllegalArgumentException if its fields do not fit each other
     */
    public static KeyValueEntry entry(KeyValueChange change) {
        return new KeyValueEntry(
                change.getDeleted(),
                version(change.getVersion()),
                change.getWriterTime(),
                change.getExpiresAt() == null ? KeyValueEntry.NEVER : change.getExpiresAt(),
                new StoredValue(
                        Compression.valueOf(change.getCompression().name()),
                        change.getLength(),
                        IndexChangeWire.bytes(change.getValue())));
    }

    /** A version as it travels. */
    public static VersionStamp stamp(Version version) {
        return new VersionStamp(version.time(), version.partition(), version.offset());
    }

    /** The version in a decoded record. */
    public static Version version(VersionStamp stamp) {
        return new Version(stamp.getTime(), stamp.getPartition(), stamp.getOffset());
    }
}
