package io.nearstream.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Little vector files. */
final class TestFiles {
    private TestFiles() {}

    /** So many vectors of uint8, each dimension drawn from 0 to 255. */
    static Path bvecs(Path file, int rows, int dimensions, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        ByteBuffer bytes =
                ByteBuffer.allocate(rows * (4 + dimensions)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] row = new byte[dimensions];
        for (int i = 0; i < rows; i++) {
            random.nextBytes(row);
            bytes.putInt(dimensions).put(row);
        }
        return Files.write(file, bytes.array());
    }

    static Path ivecs(Path file, int[]... rows) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(rows.length * 4 * (1 + rows[0].length))
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (int[] row : rows) {
            bytes.putInt(row.length);
            for (int value : row) {
                bytes.putInt(value);
            }
        }
        return Files.write(file, bytes.array());
    }

    static Path fvecs(Path file, float[]... rows) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(rows.length * 4 * (1 + rows[0].length))
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (float[] row : rows) {
            bytes.putInt(row.length);
            for (float value : row) {
                bytes.putFloat(value);
            }
        }
        return Files.write(file, bytes.array());
    }
}
