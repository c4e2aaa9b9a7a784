package io.nearstream.spark;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Vectors of bytes (0 to 255) in files. */
final class Images {
    /** Unsigned bytes, three dimensions. */
    private static final int IDX_IMAGES = 0x803;

    private Images() {}

    /**
     * The first rows of an IDX file of images, plain or .gz.
     *
     * @param most rows
     * @throws IOException that names the file, if it is none or has fewer
     */
    static List<byte[]> read(Path file, int most) throws IOException {
        try (InputStream plain = new BufferedInputStream(Files.newInputStream(file));
                DataInputStream in =
                        new DataInputStream(
                                file.toString().endsWith(".gz")
                                        ? new GZIPInputStream(plain)
                                        : plain)) {
            int magic = in.readInt();
            if (magic != IDX_IMAGES) {
                throw new IOException(
                        "%s must be an IDX file of images, which begins with %08x, but begins with %08x."
                                .formatted(file, IDX_IMAGES, magic));
            }
            int count = in.readInt();
            if (most > count) {
                throw new IOException(
                        "%s has %d rows, but %d are wanted.".formatted(file, count, most));
            }
            int dimensions = Math.multiplyExact(in.readInt(), in.readInt());
            List<byte[]> rows = new ArrayList<>();
            for (int i = 0; i < most; i++) {
                byte[] row = new byte[dimensions];
                in.readFully(row);
                rows.add(row);
            }
            return rows;
        }
    }

    /** Writes rows as .bvecs: dimensions (int32, little endian) and the bytes. */
    static void write(List<byte[]> rows, Path file) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (byte[] row : rows) {
                ByteBuffer dimensions =
                        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                out.write(dimensions.putInt(row.length).array());
                out.write(row);
            }
        }
    }
}
