package io.nearstream.formats;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Limits;
import io.nearstream.core.similarity.Sets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A file of vectors: {@code .fvecs} (float32), {@code .bvecs} and IDX of unsigned bytes (uint8),
 * each plain or {@code .gz}, and {@code .avro} (see {@link AvroRows}), told by its name. Reading
 * streams: one row is in memory at a time. A file of sets is read once when it is opened, for how
 * many places its largest one takes. A damaged file ends in an {@link IOException} that names file,
 * row and offset. Immutable, and so thread-safe; each {@link VectorRows} reads the file for itself.
 */
public final class VectorFile {
    private final Path path;
    private final Encoding encoding;
    private final int dimensions;
    private final OptionalLong rows;
    private final boolean named;

    private VectorFile(
            Path path, Encoding encoding, int dimensions, OptionalLong rows, boolean named) {
        this.path = path;
        this.encoding = encoding;
        this.dimensions = dimensions;
        this.rows = rows;
        this.named = named;
    }

    /** What is done with one row. */
    @FunctionalInterface
    public interface RowConsumer {
        /**
         * Takes one row.
         *
         * @param row its number, from 0
         * @param vector little endian in the file's encoding; the consumer's to keep
         */
        void accept(long row, byte[] vector) throws IOException;
    }

    /**
     * Opens a file and reads its first row, to know its dimensions; a file of sets it reads whole,
     * to know its largest one.
     */
    public static VectorFile open(Path path) throws IOException {
        if (FileFormat.of(path) == FileFormat.AVRO) {
            return openAvro(path);
        }
        try (RowReader reader = RowReader.open(path, Limits.DEFAULT.dimensions())) {
            FileFormat format = reader.format();
            if (format == FileFormat.IVECS) {
                throw new IOException(
                        path + ": .ivecs files hold row numbers (a ground truth), not vectors.");
            }
            boolean empty = reader.next() == null;
            if (empty) {
                throw new IOException(path + ": the file holds no vectors.");
            }
            return new VectorFile(
                    path,
                    format == FileFormat.FVECS ? Encoding.FLOAT32 : Encoding.UINT8,
                    reader.values(),
                    countRows(path, reader),
                    false);
        }
    }

    /** The rows of a file as they are: sets take as many places as they have numbers. */
    public static VectorRows rows(Path path) throws IOException {
        return rows(path, OptionalInt.empty());
    }

    private static VectorRows rows(Path path, OptionalInt places) throws IOException {
        int most = Limits.DEFAULT.dimensions();
        return new VectorRows(
                FileFormat.of(path) == FileFormat.AVRO
                        ? AvroRows.open(path, most)
                        : RowReader.open(path, most),
                places);
    }

    private static VectorFile openAvro(Path path) throws IOException {
        try (AvroRows reader = AvroRows.open(path, Limits.DEFAULT.dimensions())) {
            if (reader.next() == null) {
                throw new IOException(path + ": the file holds no vectors.");
            }
            boolean named = reader.id() != null;
            OptionalLong rows = reader.rowsSaid();
            if (reader.hasSets()) {
                while (reader.next() != null) {
                    // Until the end, and so to the largest set.
                }
                rows = OptionalLong.of(reader.rows());
            }
            return new VectorFile(path, reader.encoding(), reader.values(), rows, named);
        }
    }

    private static OptionalLong countRows(Path path, RowReader reader) throws IOException {
        if (reader.format() == FileFormat.IDX) {
            return OptionalLong.of(reader.rowsPromised());
        }
        if (FileFormat.isGzip(path)) {
            return OptionalLong.empty();
        }
        long rowBytes = Integer.BYTES + (long) reader.values() * reader.format().bytesPerValue();
        return OptionalLong.of(Files.size(path) / rowBytes);
    }

    /** The same file, whose bytes are eight dimensions each; only of bytes. */
    public VectorFile asBits() {
        if (encoding != Encoding.UINT8) {
            throw new IllegalArgumentException(
                    "%s holds %s, but binary vectors are read from bytes (.bvecs)."
                            .formatted(path, encoding));
        }
        return new VectorFile(path, Encoding.BINARY, dimensions * Byte.SIZE, rows, named);
    }

    /** The file, as binary vectors where a collection has such. */
    public VectorFile in(Encoding wanted) {
        return wanted == Encoding.BINARY && encoding != wanted ? asBits() : this;
    }

    /** The file as a collection has vectors: bytes as bits where it does, sets in its places. */
    public VectorFile in(Encoding wanted, int places) {
        boolean sets = encoding == Encoding.SET64 && wanted == Encoding.SET64;
        return sets && places > dimensions ? widened(places) : in(wanted);
    }

    /**
     * The same file, whose sets take so many places; only of sets.
     *
     * @param places at least {@link #dimensions()}
     */
    public VectorFile widened(int places) {
        if (encoding != Encoding.SET64 || places < dimensions) {
            throw new IllegalArgumentException(
                    "%s holds %s of %d, which cannot be sets of %d."
                            .formatted(path, encoding, dimensions, places));
        }
        return new VectorFile(path, encoding, places, rows, named);
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** How its vectors are written. */
    public Encoding encoding() {
        return encoding;
    }

    /** Dimensions of every vector, 1 to 4,096; of sets, the places that each takes. */
    public int dimensions() {
        return dimensions;
    }

    /** How many vectors it holds, where that is known without reading it whole. */
    public OptionalLong rows() {
        return rows;
    }

    /** How many vectors it holds; reads it whole where that is not known otherwise. */
    public long countRows() throws IOException {
        if (rows.isPresent()) {
            return rows.getAsLong();
        }
        try (VectorRows cursor = read()) {
            while (cursor.advance()) {
                // Rows are counted by passing them.
            }
            return cursor.rowsSeen();
        }
    }

    /** Whether rows have ids of their own, see {@link VectorRows#id}. */
    public boolean named() {
        return named;
    }

    /** A new cursor, standing before row 0. */
    public VectorRows read() throws IOException {
        return rows(
                path,
                encoding == Encoding.SET64 ? OptionalInt.of(dimensions) : OptionalInt.empty());
    }

    /**
     * What the sets of a file take when each is as long as it is, in bytes: one large set among
     * many small ones says nothing of the others. Reads the file once.
     */
    public static long setBytes(Path path) throws IOException {
        long bytes = 0;
        try (VectorRows rows = rows(path)) {
            while (rows.advance()) {
                int places = rows.vector().length / Long.BYTES;
                bytes += (long) Sets.size(rows.vector(), 0, places) * Long.BYTES;
            }
        }
        return bytes;
    }

    /** Hands every row to the consumer, in order. */
    public void forEach(RowConsumer consumer) throws IOException {
        try (VectorRows cursor = read()) {
            while (cursor.advance()) {
                consumer.accept(cursor.row(), cursor.vector());
            }
        }
    }

    /** The first rows, at most {@code limit}, in memory. */
    public List<byte[]> head(int limit) throws IOException {
        List<byte[]> vectors = new ArrayList<>();
        try (VectorRows cursor = read()) {
            while (vectors.size() < limit && cursor.advance()) {
                vectors.add(cursor.vector());
            }
        }
        return vectors;
    }

    /**
     * One row; reads the file up to it.
     *
     * @param row from 0
     */
    public byte[] row(long row) throws IOException {
        try (VectorRows cursor = read()) {
            while (row >= 0 && cursor.advance()) {
                if (cursor.row() == row) {
                    return cursor.vector();
                }
            }
            long count = row < 0 ? rows.orElse(-1) : cursor.rowsSeen();
            throw new IOException(
                    count < 0
                            ? "%s: row must be 0 or more, but was %d.".formatted(path, row)
                            : "%s: row must be between 0 and %d, but was %d."
                                    .formatted(path, count - 1, row));
        }
    }
}
