package io.nearstream.core.join;

import io.nearstream.core.model.Version;
import java.nio.BufferUnderflowException;

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

    /** Bytes of the fixed fields of a row, with the distance from a centre. */
    private static final int LIVE_BYTES = 42;

    private static final int PAIR_BYTES = 35;

    private final LogBytes rows = new LogBytes();
    private long drained;

    void live(RecordRef record, long eventTime, int[] homes, byte[] vector, float centre) {
        boolean cell = !Float.isNaN(centre);
        rows.room(liveBytes(record, homes.length, vector.length));
        rows.putByte(cell ? LIVE_IN_CELL : LIVE);
        writeId(record);
        writeVersion(record.version());
        rows.putLong(eventTime);
        rows.putShort(homes.length);
        for (int home : homes) {
            rows.putInt(home);
        }
        rows.putInt(vector.length);
        rows.putBytes(vector);
        if (cell) {
            rows.putInt(Float.floatToIntBits(centre));
        }
    }

    void pair(Pair pair) {
        rows.room(pairBytes(pair));
        rows.putByte(PAIR);
        writeId(pair.earlier());
        writeId(pair.later());
        writeVersion(pair.later().version());
        rows.putLong(Double.doubleToLongBits(pair.distance()));
    }

    void end(RecordRef record) {
        gone(END, record);
    }

    void forget(RecordRef record) {
        gone(FORGET, record);
    }

    private void gone(int kind, RecordRef record) {
        rows.room(2 + Short.BYTES + idBytes(record));
        rows.putByte(kind);
        writeId(record);
    }

    private void writeId(RecordRef record) {
        rows.putByte(record.side());
        rows.putUtf(record.id());
    }

    private void writeVersion(Version version) {
        rows.putLong(version.time());
        rows.putInt(version.partition());
        rows.putLong(version.offset());
    }

    /** The rows since the last call. */
    byte[] drain() {
        byte[] all = rows.drain();
        drained += all.length;
        return all;
    }

    /** Of all rows. */
    long bytes() {
        return drained + rows.size();
    }

    /** What the row of a record takes. */
    static int liveBytes(RecordRef record, int homes, int vectorBytes) {
        return LIVE_BYTES + idBytes(record) + Integer.BYTES * homes + vectorBytes;
    }

    /** What the row of a pair takes. */
    static int pairBytes(Pair pair) {
        return PAIR_BYTES + idBytes(pair.earlier()) + idBytes(pair.later());
    }

    /** Without its length. */
    private static int idBytes(RecordRef record) {
        return LogBytes.utfBytes(record.id());
    }

    /** The log begins anew. */
    void restart() {
        rows.drain();
        drained = 0;
    }

    /** Applies the rows of a block to a bucket. */
    void read(byte[] block, PairBucket bucket) {
        LogRows in = new LogRows(block);
        try {
            while (in.hasMore()) {
                readRow(in, bucket);
            }
        } catch (BufferUnderflowException broken) {
            throw new IllegalArgumentException("The log of a bucket ends within a row.", broken);
        }
        drained += block.length;
    }

    private void readRow(LogRows in, PairBucket bucket) {
        int kind = in.getByte();
        RecordRef record = new RecordRef(in.getByte(), in.getUtf(), Version.NONE);
        switch (kind) {
            case LIVE, LIVE_IN_CELL -> {
                RecordRef live = record.at(readVersion(in));
                long eventTime = in.getLong();
                int[] homes = in.getInts(in.getShort());
                byte[] vector = in.getBytes(in.getInt());
                float centre = kind == LIVE ? Visit.NO_CENTRE : Float.intBitsToFloat(in.getInt());
                bucket.add(live, eventTime, homes, vector, centre);
            }
            case PAIR -> {
                RecordRef other = new RecordRef(in.getByte(), in.getUtf(), Version.NONE);
                RecordRef later = other.at(readVersion(in));
                bucket.addPair(record, later, Double.longBitsToDouble(in.getLong()));
            }
            case END -> bucket.end(record, said -> {});
            case FORGET -> bucket.forget(record);
            default ->
                    throw new IllegalArgumentException(
                            "The log of a bucket has a row of kind %d, but this build knows %d to %d."
                                    .formatted(kind, LIVE, LIVE_IN_CELL));
        }
    }

    private static Version readVersion(LogRows in) {
        return new Version(in.getLong(), in.getInt(), in.getLong());
    }
}
