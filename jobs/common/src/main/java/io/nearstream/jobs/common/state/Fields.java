package io.nearstream.jobs.common.state;

import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** How the fields that many records share are written; part of each record's format. */
public final class Fields {
    private Fields() {}

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

    /** An int32 length and the ints. */
    public static void writeInts(int[] ints, DataOutputView out) throws IOException {
        out.writeInt(ints.length);
        for (int value : ints) {
            out.writeInt(value);
        }
    }

    /** What {@link #writeInts} wrote. */
    public static int[] readInts(DataInputView in) throws IOException {
        int[] ints = new int[in.readInt()];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = in.readInt();
        }
        return ints;
    }

    /** An int32 length and the strings. */
    public static void writeStrings(List<String> strings, DataOutputView out) throws IOException {
        out.writeInt(strings.size());
        for (String value : strings) {
            out.writeUTF(value);
        }
    }

    /** What {@link #writeStrings} wrote. */
    public static List<String> readStrings(DataInputView in) throws IOException {
        int count = in.readInt();
        if (count == 0) {
            return List.of();
        }
        List<String> strings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            strings.add(in.readUTF());
        }
        return strings;
    }

    /** Time, partition, offset. */
    public static void writeVersion(Version version, DataOutputView out) throws IOException {
        out.writeLong(version.time());
        out.writeInt(version.partition());
        out.writeLong(version.offset());
    }

    /** What {@link #writeVersion} wrote. */
    public static Version readVersion(DataInputView in) throws IOException {
        return new Version(in.readLong(), in.readInt(), in.readLong());
    }

    /** Collection and id. */
    public static void writeKey(RecordKey key, DataOutputView out) throws IOException {
        out.writeLong(key.collectionUid());
        out.writeUTF(key.id());
    }

    /** What {@link #writeKey} wrote. */
    public static RecordKey readKey(DataInputView in) throws IOException {
        return new RecordKey(in.readLong(), in.readUTF());
    }
}
