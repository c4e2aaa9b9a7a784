package io.nearstream.core.standing;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows of a shard, big endian. Each begins with its format (byte), 1. A version is int64 time,
 * int32 partition, int64 offset; a list an int32 count and UTF each; a vector an int32 length and
 * the bytes. A record has a number of its own while its version lives, by which answers name it.
 *
 * <ul>
 *   <li>a record: number (int32), version, expiry (int64), home cell (int32), labels, vector
 *   <li>a query: registered and newest stamp (versions), end of the lease (int64), limit (int32),
 *       radius (float64), cells (int32), anyOf, allOf, noneOf, vector
 *   <li>an answer, of older state, see {@link AnswerPages}: sequence (int64), start (int64) and
 *       count (int32) of the second in which differences are counted, limited until (int64),
 *       complete (byte), bound (float64, UTF), int32 count and each record's number (int32) and
 *       score (float64)
 * </ul>
 */
final class ShardRows {
    private static final byte FORMAT = 1;
    private static final byte[] NO_BYTES = {};

    private ShardRows() {}

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    private static byte[] row(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeByte(FORMAT);
            writing.to(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException("An array in memory cannot be written.", impossible);
        }
        return bytes.toByteArray();
    }

    private static <T> T read(byte[] row, Reading<T> reading) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(row));
            int format = in.readUnsignedByte();
            if (format != FORMAT) {
                throw new IllegalArgumentException(
                        "A row of a shard has format %d, but this version reads %d. Start the version that wrote the savepoint, or without state."
                                .formatted(format, FORMAT));
            }
            return reading.from(in);
        } catch (IOException broken) {
            throw new IllegalArgumentException("A row of a shard ends too early.", broken);
        }
    }

    static byte[] record(RecordTable records, int slot) {
        RecordTable.Entry entry = records.entry(slot);
        return row(
                out -> {
                    out.writeInt(slot);
                    write(entry.version(), out);
                    out.writeLong(entry.expiresAt());
                    out.writeInt(entry.cell());
                    write(entry.labels(), out);
                    write(records.cell(entry.cell()).vector(entry.position()), out);
                });
    }

    /** Puts a record back; says its slot. */
    static int readRecord(String id, byte[] row, RecordTable records) {
        return read(
                row,
                in -> {
                    int slot = in.readInt();
                    Version version = version(in);
                    long expiresAt = in.readLong();
                    int cell = in.readInt();
                    List<String> labels = strings(in);
                    IndexChange change =
                            new IndexChange(
                                    new RecordKey(0, id),
                                    false,
                                    version,
                                    bytes(in),
                                    new int[0],
                                    0,
                                    0,
                                    labels,
                                    NO_BYTES,
                                    0,
                                    expiresAt);
                    records.restore(change, cell, slot);
                    return slot;
                });
    }

    static byte[] query(Standing standing) {
        StandingQuery query = standing.query();
        return row(
                out -> {
                    write(standing.registered(), out);
                    write(standing.stamp, out);
                    out.writeLong(standing.leaseEnd);
                    out.writeInt(query.limit());
                    out.writeDouble(query.radius());
                    out.writeInt(query.cells());
                    write(query.filter().anyOf(), out);
                    write(query.filter().allOf(), out);
                    write(query.filter().noneOf(), out);
                    write(query.vector(), out);
                });
    }

    static Standing readQuery(String key, byte[] row, RecordTable records) {
        return read(
                row,
                in -> {
                    Version registered = version(in);
                    Version stamp = version(in);
                    long leaseEnd = in.readLong();
                    int limit = in.readInt();
                    double radius = in.readDouble();
                    int cells = in.readInt();
                    LabelFilter filter = new LabelFilter(strings(in), strings(in), strings(in));
                    StandingQuery query =
                            new StandingQuery(bytes(in), limit, radius, filter, cells);
                    Standing standing =
                            new Standing(QueryName.ofKey(key), query, registered, records);
                    standing.stamp = stamp;
                    standing.leaseEnd = leaseEnd;
                    return standing;
                });
    }

    static void readAnswer(byte[] row, int slot, Answers answers) {
        Standing standing = answers.query(slot);
        read(
                row,
                in -> {
                    standing.sequence = in.readLong();
                    standing.windowStart = in.readLong();
                    standing.windowCount = in.readInt();
                    standing.limitedUntil = in.readLong();
                    boolean complete = in.readBoolean();
                    double boundScore = in.readDouble();
                    String boundId = in.readUTF();
                    int size = in.readInt();
                    for (int i = 0; i < size; i++) {
                        answers.restore(slot, in.readInt());
                        in.readDouble(); // the score, which comes from the vectors
                    }
                    if (!complete) {
                        standing.known().boundAt(boundScore, boundId);
                    }
                    answers.restored(slot);
                    return standing;
                });
    }

    private static void write(Version version, DataOutputStream out) throws IOException {
        out.writeLong(version.time());
        out.writeInt(version.partition());
        out.writeLong(version.offset());
    }

    private static Version version(DataInputStream in) throws IOException {
        return new Version(in.readLong(), in.readInt(), in.readLong());
    }

    private static void write(List<String> strings, DataOutputStream out) throws IOException {
        out.writeInt(strings.size());
        for (String string : strings) {
            out.writeUTF(string);
        }
    }

    private static List<String> strings(DataInputStream in) throws IOException {
        int count = in.readInt();
        List<String> strings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            strings.add(in.readUTF());
        }
        return List.copyOf(strings);
    }

    private static void write(byte[] bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }
}
