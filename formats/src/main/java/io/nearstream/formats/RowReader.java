package io.nearstream.formats;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import javax.annotation.Nullable;

/**
 * Reads the rows of one file in order, holding one row at a time. Every row has as many values as
 * the first. Not thread-safe.
 */
final class RowReader implements Rows {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int IDX_UBYTE = 0x08;

    private final Path file;
    private final FileFormat format;
    private final int valuesMax;
    private final InputStream in;

    /** Offset in the uncompressed content, bytes. */
    private long offset;

    /** Rows read so far. */
    private long row;

    /** Values per row; 0 before the first row of a vecs file was seen. */
    private int values;

    /** Rows that an IDX header promises; -1 for the others. */
    private long rowsPromised = -1;

    private RowReader(Path file, FileFormat format, int valuesMax, InputStream in) {
        this.file = file;
        this.format = format;
        this.valuesMax = valuesMax;
        this.in = in;
    }

    /**
     * Opens a file and reads its header.
     *
     * @param valuesMax most values that a row may claim
     */
    static RowReader open(Path file, int valuesMax) throws IOException {
        FileFormat format = FileFormat.of(file);
        if (format == FileFormat.AVRO) {
            throw new IOException(file + ": an Avro file has no plain rows.");
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": no such file.");
        }
        InputStream raw = Files.newInputStream(file);
        try {
            InputStream content =
                    FileFormat.isGzip(file) ? new GZIPInputStream(raw, BUFFER_BYTES) : raw;
            RowReader reader =
                    new RowReader(
                            file,
                            format,
                            valuesMax,
                            new BufferedInputStream(content, BUFFER_BYTES));
            if (format == FileFormat.IDX) {
                reader.readIdxHeader();
            }
            return reader;
        } catch (ZipException | EOFException notGzip) {
            raw.close();
            throw new IOException(
                    "%s: not readable as gzip: %s".formatted(file, notGzip.getMessage()), notGzip);
        } catch (IOException | RuntimeException failure) {
            raw.close();
            throw failure;
        }
    }

    FileFormat format() {
        return format;
    }

    @Override
    public int values() {
        return values;
    }

    @Override
    public long rowsPromised() {
        return rowsPromised;
    }

    @Override
    @Nullable
    public byte[] next() throws IOException {
        if (format == FileFormat.IDX) {
            if (row == rowsPromised) {
                if (in.read() >= 0) {
                    throw broken("bytes follow the %d rows of the header".formatted(rowsPromised));
                }
                return null;
            }
        } else if (!readRowHeader()) {
            return null;
        }
        byte[] bytes = new byte[values * format.bytesPerValue()];
        fill(bytes, "the row's values");
        row++;
        return bytes;
    }

    /** False at the end of the file. */
    private boolean readRowHeader() throws IOException {
        byte[] header = new byte[Integer.BYTES];
        int got = read(header);
        if (got == 0) {
            return false;
        }
        if (got < header.length) {
            throw truncated("the row's length", header.length, got);
        }
        int claimed = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getInt();
        checkValues(claimed);
        if (values != 0 && claimed != values) {
            throw broken("the row has %d values, but row 0 has %d".formatted(claimed, values));
        }
        values = claimed;
        return true;
    }

    private void readIdxHeader() throws IOException {
        byte[] magic = new byte[Integer.BYTES];
        fill(magic, "the header");
        int sizes = magic[3];
        if (magic[0] != 0 || magic[1] != 0 || magic[2] != IDX_UBYTE || sizes < 1 || sizes > 9) {
            throw broken(
                    "an IDX file of unsigned bytes starts with 00 00 08 and its number of sizes (1 to 9), but this one with %02x %02x %02x %02x"
                            .formatted(magic[0], magic[1], magic[2], magic[3]));
        }
        byte[] header = new byte[sizes * Integer.BYTES];
        fill(header, "the header");
        ByteBuffer claims = ByteBuffer.wrap(header);
        rowsPromised = Integer.toUnsignedLong(claims.getInt());
        long product = 1;
        while (claims.hasRemaining()) {
            // Stays small: checked at every step, so it cannot overflow.
            product *= Integer.toUnsignedLong(claims.getInt());
            checkValues(product);
        }
        values = (int) product;
    }

    private void checkValues(long claimed) throws IOException {
        if (claimed < 1 || claimed > valuesMax) {
            throw broken(
                    "values per row must be between 1 and %d, but are %d"
                            .formatted(valuesMax, claimed));
        }
    }

    private void fill(byte[] bytes, String what) throws IOException {
        int got = read(bytes);
        if (got < bytes.length) {
            throw truncated(what, bytes.length, got);
        }
    }

    private int read(byte[] bytes) throws IOException {
        try {
            int got = in.readNBytes(bytes, 0, bytes.length);
            offset += got;
            return got;
        } catch (ZipException | EOFException damaged) {
            throw new IOException(
                    broken("the gzip stream is damaged: " + damaged.getMessage()).getMessage(),
                    damaged);
        }
    }

    private IOException truncated(String what, int wanted, int got) {
        return broken(
                "the file ends inside %s: %d bytes are missing".formatted(what, wanted - got));
    }

    private IOException broken(String what) {
        return new IOException("%s, row %d, offset %d: %s.".formatted(file, row, offset, what));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
