package io.nearstream.core.join;

import io.nearstream.core.model.Version;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The rows that a {@link PairBucket} is kept as; format 1, big endian. A block is rows one after
 * the other: a kind (int8) and
 *
 * <ul>
 *   <li>1, a record lives here: side (int8), id (UTF), version (int64, int32, int64), event time
 *       (int64), homes (int16 count, int32 each), vector (int32 length, bytes; of a set its
 *       elements once each)
 *   <li>2, a pair: side and id of the earlier record, side, id and version of the later one,
 *       distance (float64)
 *   <li>3, a record is over, and its pairs: side, id
 *   <li>4, a record that lives here is forgotten, and the pairs of which it is the earlier one:
 *       side, id
 *   <li>5, as 1, and behind it how far the record is from the centre of the bucket (float32), where
 *       it has one
 * </ul>
 */
final class BucketLog {
    private static final int LIVE = 1;
    private static final int PAIR = 2;
    private static final int END = 3;
    private static final int FORGET = 4;
    private static final int LIVE_IN_CELL = 5;

    /** Bytes of the fixed fields of a row. */
    private static final int LIVE_BYTES = 42;

    private static final int PAIR_BYTES = 35;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);
    private long drained;

    void live(RecordRef record, long eventTime, int[] homes, byte[] vector, float centre) {
        boolean cell = !Float.isNaN(centre);
        writing(
                () -> {
                    out.writeByte(cell ? LIVE_IN_CELL : LIVE);
                    writeId(record);
                    writeVersion(record.version());
                    out.writeLong(eventTime);
                    out.writeShort(homes.length);
                    for (int home : homes) {
                        out.writeInt(home);
                    }
                    out.writeInt(vector.length);
                    out.write(vector);
                    if (cell) {
                        out.writeFloat(centre);
                    }
                });
    }

    void pair(Pair pair) {
        writing(
                () -> {
                    out.writeByte(PAIR);
                    writeId(pair.earlier());
                    writeId(pair.later());
                    writeVersion(pair.later().version());
                    out.writeDouble(pair.distance());
                });
    }

    void end(RecordRef record) {
        writing(
                () -> {
                    out.writeByte(END);
                    writeId(record);
                });
    }

    void forget(RecordRef record) {
        writing(
                () -> {
                    out.writeByte(FORGET);
                    writeId(record);
                });
    }

    private void writeId(RecordRef record) throws IOException {
        out.writeByte(record.side());
        out.writeUTF(record.id());
    }

    private void writeVersion(Version version) throws IOException {
        out.writeLong(version.time());
        out.writeInt(version.partition());
        out.writeLong(version.offset());
    }

    /** The rows since the last call. */
    byte[] drain() {
        byte[] rows = bytes.toByteArray();
        drained += rows.length;
        bytes.reset();
        return rows;
    }

    /** Of all rows. */
    long bytes() {
        return drained + bytes.size();
    }

    /** What the row of a record takes. */
    static int liveBytes(RecordRef record, int homes, int vectorBytes) {
        return LIVE_BYTES + idBytes(record) + Integer.BYTES * homes + vectorBytes;
    }

    /** What the row of a pair takes. */
    static int pairBytes(Pair pair) {
        return PAIR_BYTES + idBytes(pair.earlier()) + idBytes(pair.later());
    }

    /** As {@link DataOutputStream#writeUTF} writes it, without its length. */
    private static int idBytes(RecordRef record) {
        String id = record.id();
        int bytes = id.length();
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            bytes += c > 0x7ff ? 2 : c > 0x7f || c == 0 ? 1 : 0;
        }
        return bytes;
    }

    /** The log begins anew. */
    void restart() {
        bytes.reset();
        drained = 0;
    }

    /** Applies the rows of a block to a bucket. */
    void read(byte[] block, PairBucket bucket) {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(block));
        try {
            while (in.available() > 0) {
                readRow(in, bucket);
            }
        } catch (IOException broken) {
            throw new IllegalArgumentException("The log of a bucket ends within a row.", broken);
        }
        drained += block.length;
    }

    private void readRow(DataInputStream in, PairBucket bucket) throws IOException {
        int kind = in.readByte();
        RecordRef record = new RecordRef(in.readByte(), in.readUTF(), Version.NONE);
        switch (kind) {
            case LIVE, LIVE_IN_CELL -> {
                RecordRef live = record.at(readVersion(in));
                long eventTime = in.readLong();
                int[] homes = new int[in.readShort()];
                for (int i = 0; i < homes.length; i++) {
                    homes[i] = in.readInt();
                }
                byte[] vector = new byte[in.readInt()];
                in.readFully(vector);
                float centre = kind == LIVE ? Visit.NO_CENTRE : in.readFloat();
                bucket.add(live, eventTime, homes, vector, centre);
            }
            case PAIR -> {
                RecordRef other = new RecordRef(in.readByte(), in.readUTF(), Version.NONE);
                bucket.addPair(record, other.at(readVersion(in)), in.readDouble());
            }
            case END -> bucket.end(record, said -> {});
            case FORGET -> bucket.forget(record);
            default ->
                    throw new IllegalArgumentException(
                            "The log of a bucket has a row of kind %d, but this build knows %d to %d."
                                    .formatted(kind, LIVE, LIVE_IN_CELL));
        }
    }

    private static Version readVersion(DataInputStream in) throws IOException {
        return new Version(in.readLong(), in.readInt(), in.readLong());
    }

    private interface Writing {
        void run() throws IOException;
    }

    private static void writing(Writing writing) {
        try {
            writing.run();
        } catch (IOException impossible) {
            throw new UncheckedIOException("An array in memory cannot be written.", impossible);
        }
    }
}
