package io.nearstream.operators.state;

import io.nearstream.core.join.Pair;
import io.nearstream.core.join.RecordRef;
import io.nearstream.core.model.Version;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** How the fields that several records share are written; part of each record's format. */
public final class Parts {
    private static final int[] NO_INTS = {};

    private Parts() {}

    /** An int32 length and the bytes. */
    public static void writeBytes(byte[] bytes, DataOutputView out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** What {@link #writeBytes} wrote. */
    public static byte[] readBytes(DataInputView in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }

    /** An int32 count and int32 each. */
    public static void writeInts(int[] ints, DataOutputView out) throws IOException {
        out.writeInt(ints.length);
        for (int value : ints) {
            out.writeInt(value);
        }
    }

    /** What {@link #writeInts} wrote. */
    public static int[] readInts(DataInputView in) throws IOException {
        int count = in.readInt();
        if (count == 0) {
            return NO_INTS;
        }
        int[] ints = new int[count];
        for (int i = 0; i < count; i++) {
            ints[i] = in.readInt();
        }
        return ints;
    }

    /** Time (int64), partition (int32), offset (int64). */
    public static void writeVersion(Version version, DataOutputView out) throws IOException {
        out.writeLong(version.time());
        out.writeInt(version.partition());
        out.writeLong(version.offset());
    }

    /** What {@link #writeVersion} wrote. */
    public static Version readVersion(DataInputView in) throws IOException {
        return new Version(in.readLong(), in.readInt(), in.readLong());
    }

    /** Side (int8), id (UTF), version. */
    public static void writeRef(RecordRef record, DataOutputView out) throws IOException {
        out.writeByte(record.side());
        out.writeUTF(record.id());
        writeVersion(record.version(), out);
    }

    /** What {@link #writeRef} wrote. */
    public static RecordRef readRef(DataInputView in) throws IOException {
        return new RecordRef(in.readByte(), in.readUTF(), readVersion(in));
    }

    /** The earlier record, the later one, distance (float64). */
    public static void writePair(Pair pair, DataOutputView out) throws IOException {
        writeRef(pair.earlier(), out);
        writeRef(pair.later(), out);
        out.writeDouble(pair.distance());
    }

    /** What {@link #writePair} wrote. */
    public static Pair readPair(DataInputView in) throws IOException {
        return new Pair(readRef(in), readRef(in), in.readDouble());
    }
}
