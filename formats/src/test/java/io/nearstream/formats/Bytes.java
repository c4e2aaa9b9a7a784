package io.nearstream.formats;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes the little files of the tests. */
final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Bytes littleInt(int value) {
        return raw(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    }

    Bytes bigInt(int value) {
        return raw(ByteBuffer.allocate(4).putInt(value).array());
    }

    Bytes floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return littleInt(values.length).raw(bytes.array());
    }

    Bytes ints(int... values) {
        littleInt(values.length);
        for (int value : values) {
            littleInt(value);
        }
        return this;
    }

    Bytes bytes(int... values) {
        littleInt(values.length);
        for (int value : values) {
            out.write(value);
        }
        return this;
    }

    Bytes raw(byte... bytes) {
        out.writeBytes(bytes);
        return this;
    }

    byte[] toArray() {
        return out.toByteArray();
    }

    /** Writes the file; compressed where the name ends in .gz. */
    Path to(Path file) throws IOException {
        try (OutputStream raw = Files.newOutputStream(file);
                OutputStream sink =
                        file.toString().endsWith(".gz") ? new GZIPOutputStream(raw) : raw) {
            sink.write(toArray());
        }
        return file;
    }
}
