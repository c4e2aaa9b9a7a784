package io.nearstream.jobs.batch;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes the little files of the tests. */
final class Vecs {
    private Vecs() {}

    /** Vectors as bytes, each behind its dimensions. */
    static Path write(Path file, int dimensions, List<byte[]> vectors) throws IOException {
        byte[] header =
                ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(dimensions).array();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (byte[] vector : vectors) {
                out.write(header);
                out.write(vector);
            }
        }
        return file;
    }
}
