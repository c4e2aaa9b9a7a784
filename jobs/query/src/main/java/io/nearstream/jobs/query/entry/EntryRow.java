package io.nearstream.jobs.query.entry;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Version;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One entry of a bucket's log, as it travels and lies in state; read in place, never decoded as a
 * whole. Little endian:
 *
 * <pre>
 *  0  int32    length of the row, this field included
 *  4  uint8    flags: 1 removal, 2 has an expiry, 4 has labels, 8 replaces an earlier entry here,
 *             16 its record has a payload, 32 a code stands for the vector
 *  5  int64    hash of the id
 * 13  int64    version: append time
 * 21  int32    version: partition
 * 25  int64    version: offset
 * 33  float32  1 / norm under cosine, else 1
 * 37  uint16   length of the id in bytes
 * 39  int64    expiry, where flagged
 *  .  bytes    id
 *  .  labels, where flagged: uint8 count, each uint8 length and bytes
 *  .  bytes    vector, or the code of it, up to the end of the row; none in a removal
 * </pre>
 */
public final class EntryRow {
    private static final int FLAG_REMOVAL = 1;
    private static final int FLAG_EXPIRES = 2;
    private static final int FLAG_LABELS = 4;
    private static final int FLAG_REPLACES = 8;
    private static final int FLAG_PAYLOAD = 16;
    private static final int FLAG_CODE = 32;
    private static final int AT_FLAGS = 4;
    private static final int AT_HASH = 5;
    private static final int AT_TIME = 13;
    private static final int AT_PARTITION = 21;
    private static final int AT_OFFSET = 25;
    private static final int AT_NORM = 33;
    private static final int AT_ID_LENGTH = 37;
    private static final int FIXED_BYTES = 39;

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle FLOAT =
            MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private EntryRow() {}

    /** A row that adds a record to a bucket. */
    public static byte[] put(
            String id,
            Version version,
            float inverseNorm,
            long expiresAt,
            List<String> labels,
            boolean hasPayload,
            byte[] vector) {
        byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
        byte[] labelBytes = labelBytes(labels);
        boolean expires = expiresAt != IndexChange.NEVER;
        int flags =
                (expires ? FLAG_EXPIRES : 0)
                        | (labels.isEmpty() ? 0 : FLAG_LABELS)
                        | (hasPayload ? FLAG_PAYLOAD : 0);
        int length =
                FIXED_BYTES
                        + (expires ? Long.BYTES : 0)
                        + idBytes.length
                        + labelBytes.length
                        + vector.length;
        byte[] row = header(length, flags, idBytes, version, inverseNorm);
        int at = FIXED_BYTES;
        if (expires) {
            LONG.set(row, at, expiresAt);
            at += Long.BYTES;
        }
        System.arraycopy(idBytes, 0, row, at, idBytes.length);
        at += idBytes.length;
        System.arraycopy(labelBytes, 0, row, at, labelBytes.length);
        at += labelBytes.length;
        System.arraycopy(vector, 0, row, at, vector.length);
        return row;
    }

    /** A row that adds a record to a bucket, with a code in the place of its vector. */
    public static byte[] coded(byte[] row, byte[] code) {
        int tail = tailAt(row, 0);
        byte[] coded = Arrays.copyOf(row, tail + code.length);
        System.arraycopy(code, 0, coded, tail, code.length);
        INT.set(coded, 0, coded.length);
        coded[AT_FLAGS] |= FLAG_CODE;
        return coded;
    }

    /** A row that takes a record out of a bucket. */
    public static byte[] removal(String id, Version version) {
        byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
        byte[] row = header(FIXED_BYTES + idBytes.length, FLAG_REMOVAL, idBytes, version, 1f);
        System.arraycopy(idBytes, 0, row, FIXED_BYTES, idBytes.length);
        return row;
    }

    /** The same row, marked as replacing an earlier entry of its id in its bucket. */
    public static byte[] replacing(byte[] row) {
        byte[] marked = row.clone();
        marked[AT_FLAGS] |= FLAG_REPLACES;
        return marked;
    }

    /** Marks a row, in place, as the only one of its id in its bucket. */
    public static void replacesNothing(byte[] row) {
        row[AT_FLAGS] &= ~FLAG_REPLACES;
    }

    private static byte[] header(
            int length, int flags, byte[] id, Version version, float inverseNorm) {
        byte[] row = new byte[length];
        INT.set(row, 0, length);
        row[AT_FLAGS] = (byte) flags;
        LONG.set(row, AT_HASH, hash(id));
        LONG.set(row, AT_TIME, version.time());
        INT.set(row, AT_PARTITION, version.partition());
        LONG.set(row, AT_OFFSET, version.offset());
        FLOAT.set(row, AT_NORM, inverseNorm);
        SHORT.set(row, AT_ID_LENGTH, (short) id.length);
        return row;
    }

    private static byte[] labelBytes(List<String> labels) {
        if (labels.isEmpty()) {
            return new byte[0];
        }
        byte[] out = new byte[1];
        out[0] = (byte) labels.size();
        for (String label : labels) {
            byte[] bytes = label.getBytes(StandardCharsets.UTF_8);
            int at = out.length;
            out = Arrays.copyOf(out, at + 1 + bytes.length);
            out[at] = (byte) bytes.length;
            System.arraycopy(bytes, 0, out, at + 1, bytes.length);
        }
        return out;
    }

    /** FNV-1a over the id, its bits then mixed (MurmurHash3's finalizer); part of the format. */
    private static long hash(byte[] id) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : id) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }

    /** Length of the row at this place, which is also the way to the next one. */
    public static int length(byte[] data, int row) {
        return (int) INT.get(data, row);
    }

    /** Whether it takes its id out of the bucket. */
    public static boolean isRemoval(byte[] data, int row) {
        return (data[row + AT_FLAGS] & FLAG_REMOVAL) != 0;
    }

    /** Whether the record store has a payload of its record. */
    public static boolean hasPayload(byte[] data, int row) {
        return (data[row + AT_FLAGS] & FLAG_PAYLOAD) != 0;
    }

    /**
     * Whether it ends with a code, or did before it was cut for an answer; else with the vector.
     */
    public static boolean isCoded(byte[] data, int row) {
        return (data[row + AT_FLAGS] & FLAG_CODE) != 0;
    }

    /** Whether it makes an earlier row of the bucket void: removals and replacements do. */
    public static boolean voidsEarlier(byte[] data, int row) {
        return (data[row + AT_FLAGS] & (FLAG_REMOVAL | FLAG_REPLACES)) != 0;
    }

    /** The id's hash, all 64 bits well mixed. */
    public static long idHash(byte[] data, int row) {
        return (long) LONG.get(data, row + AT_HASH);
    }

    /** Append time of its version. */
    public static long time(byte[] data, int row) {
        return (long) LONG.get(data, row + AT_TIME);
    }

    /** Partition of its version. */
    public static int partition(byte[] data, int row) {
        return (int) INT.get(data, row + AT_PARTITION);
    }

    /** Offset of its version. */
    public static long offset(byte[] data, int row) {
        return (long) LONG.get(data, row + AT_OFFSET);
    }

    /** Its version. */
    public static Version version(byte[] data, int row) {
        return new Version(time(data, row), partition(data, row), offset(data, row));
    }

    /** 1 / norm under cosine, else 1. */
    public static float inverseNorm(byte[] data, int row) {
        return (float) FLOAT.get(data, row + AT_NORM);
    }

    /** Length of the id in bytes. */
    public static int idLength(byte[] data, int row) {
        return (short) SHORT.get(data, row + AT_ID_LENGTH) & 0xffff;
    }

    /** Where the id's bytes start. */
    public static int idAt(byte[] data, int row) {
        boolean expires = (data[row + AT_FLAGS] & FLAG_EXPIRES) != 0;
        return row + FIXED_BYTES + (expires ? Long.BYTES : 0);
    }

    /** The id. */
    public static String id(byte[] data, int row) {
        return new String(data, idAt(data, row), idLength(data, row), StandardCharsets.UTF_8);
    }

    /** When it expires, milliseconds since 1970; {@link IndexChange#NEVER} for never. */
    public static long expiresAt(byte[] data, int row) {
        return (data[row + AT_FLAGS] & FLAG_EXPIRES) != 0
                ? (long) LONG.get(data, row + FIXED_BYTES)
                : IndexChange.NEVER;
    }

    /** Its labels. */
    public static List<String> labels(byte[] data, int row) {
        if ((data[row + AT_FLAGS] & FLAG_LABELS) == 0) {
            return List.of();
        }
        int at = idAt(data, row) + idLength(data, row);
        int count = data[at++] & 0xff;
        List<String> labels = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int length = data[at++] & 0xff;
            labels.add(new String(data, at, length, StandardCharsets.UTF_8));
            at += length;
        }
        return labels;
    }

    /** Where the vector's bytes start, given how many there are. */
    public static int vectorAt(byte[] data, int row, int vectorBytes) {
        return row + length(data, row) - vectorBytes;
    }

    /** Where the vector or the code starts. */
    public static int tailAt(byte[] data, int row) {
        int at = idAt(data, row) + idLength(data, row);
        if ((data[row + AT_FLAGS] & FLAG_LABELS) != 0) {
            int count = data[at++] & 0xff;
            for (int i = 0; i < count; i++) {
                at += 1 + (data[at] & 0xff);
            }
        }
        return at;
    }

    /** A copy of the row for an answer, with or without its vector; never with a code. */
    public static byte[] forAnswer(byte[] data, int row, int vectorBytes, boolean withVector) {
        int length = length(data, row) - (withVector ? 0 : vectorBytes);
        if (isCoded(data, row)) {
            length = tailAt(data, row) - row;
        }
        byte[] copy = Arrays.copyOfRange(data, row, row + length);
        INT.set(copy, 0, length);
        return copy;
    }
}
