package io.nearstream.formats;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A ground truth: an {@code .ivecs} file (plain or {@code .gz}) that holds, for each query, the row
 * numbers of its true neighbours in the base file, nearest first.
 *
 * @param path the file
 * @param neighbours one array per query, all of the same length
 */
public record TruthFile(Path path, List<int[]> neighbours) {
    /** Most neighbours per query. */
    public static final int NEIGHBOURS_MAX = 100_000;

    public TruthFile {
        neighbours = List.copyOf(neighbours);
        if (neighbours.isEmpty()) {
            throw new IllegalArgumentException(path + ": the file holds no rows.");
        }
    }

    /**
     * Reads the first rows.
     *
     * @param queries at most so many rows
     */
    public static TruthFile read(Path path, int queries) throws IOException {
        try (RowReader reader = open(path)) {
            List<int[]> rows = new ArrayList<>();
            for (byte[] bytes = null; rows.size() < queries && (bytes = reader.next()) != null; ) {
                int[] row = new int[reader.values()];
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(row);
                rows.add(row);
            }
            if (rows.isEmpty()) {
                throw new IOException(path + ": the file holds no rows.");
            }
            return new TruthFile(path, rows);
        }
    }

    /** Neighbours that a file knows of each query; reads no more of it than its first row. */
    public static int depthOf(Path path) throws IOException {
        try (RowReader reader = open(path)) {
            if (reader.next() == null) {
                throw new IOException(path + ": the file holds no rows.");
            }
            return reader.values();
        }
    }

    private static RowReader open(Path path) throws IOException {
        if (FileFormat.of(path) == FileFormat.AVRO) {
            throw new IOException(path + ": a ground truth must be an .ivecs file of row numbers.");
        }
        RowReader reader = RowReader.open(path, NEIGHBOURS_MAX);
        if (reader.format() != FileFormat.IVECS) {
            reader.close();
            throw new IOException(path + ": a ground truth must be an .ivecs file of row numbers.");
        }
        return reader;
    }

    /** Neighbours known per query. */
    public int depth() {
        return neighbours.get(0).length;
    }
}
