package io.nearstream.core.partition;

import io.nearstream.core.model.Encoding;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Reads fvecs, bvecs and IDX files, plain or .gz, as encoded vectors. */
public final class StudyFiles {
    private static final int IDX_IMAGES = 0x00000803;

    private StudyFiles() {}

    /** Of what a file of this name holds. */
    public static Encoding encoding(Path file) {
        return file.toString().contains("fvecs") ? Encoding.FLOAT32 : Encoding.UINT8;
    }

    /** Its first vectors, at most so many. */
    public static List<byte[]> read(Path file, int limit) throws IOException {
        String name = file.getFileName().toString();
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                DataInputStream in =
                        new DataInputStream(
                                name.endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw)) {
            return name.contains("vecs")
                    ? readVecs(in, name.contains("bvecs") ? 1 : 4, limit)
                    : readIdx(in, limit);
        }
    }

    private static List<byte[]> readVecs(DataInputStream in, int bytesPerValue, int limit)
            throws IOException {
        List<byte[]> vectors = new ArrayList<>();
        while (vectors.size() < limit) {
            int dimensions;
            try {
                dimensions = Integer.reverseBytes(in.readInt());
            } catch (EOFException end) {
                return vectors;
            }
            vectors.add(in.readNBytes(dimensions * bytesPerValue));
        }
        return vectors;
    }

    private static List<byte[]> readIdx(DataInputStream in, int limit) throws IOException {
        if (in.readInt() != IDX_IMAGES) {
            throw new IOException("Not an IDX file of images.");
        }
        int count = Math.min(limit, in.readInt());
        int bytes = in.readInt() * in.readInt();
        List<byte[]> vectors = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            vectors.add(in.readNBytes(bytes));
        }
        return vectors;
    }
}
