package io.nearstream.formats;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.similarity.Sets;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;

/**
 * Reads the vectors of an Avro container file. Its records have a field {@code vector}, an array of
 * float or double (then float32) or bytes, little endian; with bytes perhaps a field {@code
 * encoding}, an enum or string that names an {@link Encoding} (where it is absent, what the file's
 * header has under {@code nearstream.encoding}, as exports do, else float32). Or they have no such
 * field, but one {@code set}, an array of int or long: the numbers of a set, in any order. And
 * perhaps a field {@code id}, a string or a whole number. Other fields are passed over. All rows
 * have the encoding of the first, and, but for {@code set}, the number of its values. Not
 * thread-safe.
 */
final class AvroRows implements Rows {
    private static final String VECTOR = "vector";
    private static final String SET = "set";
    private static final String ENCODING = "encoding";
    private static final String ENCODING_OF_FILE = "nearstream.encoding";
    private static final String ROWS_OF_FILE = "nearstream.records";
    private static final String ID = "id";

    private final Path file;
    private final int valuesMax;
    private final DataFileReader<GenericRecord> reader;
    private final boolean hasEncoding;
    private final boolean hasId;
    private final boolean hasSets;
    @Nullable private final String ofFile;
    private long row;
    private int values;
    @Nullable private Encoding encoding;
    @Nullable private String id;
    @Nullable private GenericRecord record;

    private AvroRows(Path file, int valuesMax, DataFileReader<GenericRecord> reader) {
        this.file = file;
        this.valuesMax = valuesMax;
        this.reader = reader;
        this.hasEncoding = reader.getSchema().getField(ENCODING) != null;
        this.hasId = reader.getSchema().getField(ID) != null;
        this.ofFile = reader.getMetaString(ENCODING_OF_FILE);
        this.hasSets = reader.getSchema().getField(VECTOR) == null;
    }

    /**
     * Opens a file and reads its header.
     *
     * @param valuesMax most values that a row may have
     */
    static AvroRows open(Path file, int valuesMax) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": no such file.");
        }
        DataFileReader<GenericRecord> reader;
        try {
            reader = new DataFileReader<>(file.toFile(), new GenericDatumReader<>());
        } catch (IOException | RuntimeException damaged) {
            throw new IOException(
                    "%s: not readable as Avro: %s".formatted(file, damaged.getMessage()), damaged);
        }
        Schema schema = reader.getSchema();
        if (schema.getType() != Schema.Type.RECORD
                || schema.getField(VECTOR) == null && schema.getField(SET) == null) {
            reader.close();
            throw new IOException(
                    "%s: its records must have a field '%s', an array of float or bytes, or '%s', an array of long, but the schema is %s '%s'."
                            .formatted(file, VECTOR, SET, schema.getType(), schema.getFullName()));
        }
        if (!endsWithABlock(file, reader.previousSync())) {
            reader.close();
            throw new IOException(
                    file + ": the file is cut: it does not end where a block of it does.");
        }
        return new AvroRows(file, valuesMax, reader);
    }

    /**
     * Whether the marker that ends the header ends the file, too. Avro takes a block that was cut
     * for the file's end, and says nothing.
     */
    private static boolean endsWithABlock(Path file, long headerEnd) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            byte[] header = new byte[DataFileConstants.SYNC_SIZE];
            byte[] last = new byte[DataFileConstants.SYNC_SIZE];
            bytes.seek(headerEnd - header.length);
            bytes.readFully(header);
            bytes.seek(bytes.length() - last.length);
            bytes.readFully(last);
            return Arrays.equals(header, last);
        }
    }

    /** How many rows the header says there are, as those of exports do. */
    OptionalLong rowsSaid() {
        String said = reader.getMetaString(ROWS_OF_FILE);
        return said != null && said.matches("0*\\d{1,18}")
                ? OptionalLong.of(Long.parseLong(said))
                : OptionalLong.empty();
    }

    @Override
    @Nullable
    public byte[] next() throws IOException {
        try {
            if (!reader.hasNext()) {
                return null;
            }
            record = reader.next(record);
        } catch (IOException | RuntimeException damaged) {
            throw new IOException(
                    "%s, row %d: the file is damaged: %s"
                            .formatted(file, row, damaged.getMessage()),
                    damaged);
        }
        byte[] bytes = hasSets ? set(record.get(SET)) : vector(record.get(VECTOR));
        id = hasId ? idOf(record.get(ID)) : null;
        row++;
        return bytes;
    }

    private byte[] vector(@Nullable Object vector) throws IOException {
        Encoding found = vector instanceof ByteBuffer ? named() : Encoding.FLOAT32;
        byte[] bytes = bytes(vector);
        if (encoding == null) {
            encoding = found;
            values = found.dimensions(bytes.length);
        }
        check(found, bytes);
        return bytes;
    }

    /** In as many places as it has numbers. */
    private byte[] set(@Nullable Object set) throws IOException {
        if (!(set instanceof List<?> numbers)) {
            throw broken("the set must be an array of int or long, but is " + set);
        }
        for (Object number : numbers) {
            if (!(number instanceof Long) && !(number instanceof Integer)) {
                throw broken("the set holds " + number + " where an int or a long belongs");
            }
        }
        long[] elements =
                numbers.stream()
                        .mapToLong(each -> ((Number) each).longValue())
                        .distinct()
                        .toArray();
        if (elements.length < 1 || elements.length > valuesMax) {
            throw broken(
                    "a set must have 1 to %d different numbers, but has %d"
                            .formatted(valuesMax, elements.length));
        }
        encoding = Encoding.SET64;
        values = Math.max(values, elements.length);
        return Sets.encode(elements, elements.length);
    }

    private byte[] bytes(@Nullable Object vector) throws IOException {
        if (vector instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        if (vector instanceof List<?> numbers) {
            ByteBuffer bytes =
                    ByteBuffer.allocate(Math.multiplyExact(Float.BYTES, numbers.size()))
                            .order(ByteOrder.LITTLE_ENDIAN);
            for (Object number : numbers) {
                if (!(number instanceof Number value)) {
                    throw broken("the vector holds " + number + " where a number belongs");
                }
                bytes.putFloat(value.floatValue());
            }
            return bytes.array();
        }
        throw broken("the vector must be an array of float or bytes, but is " + vector);
    }

    private Encoding named() throws IOException {
        if (!hasEncoding && ofFile == null) {
            return Encoding.FLOAT32;
        }
        String name =
                String.valueOf(hasEncoding ? record.get(ENCODING) : ofFile)
                        .toUpperCase(Locale.ROOT);
        for (Encoding known : Encoding.values()) {
            if (known.name().equals(name)) {
                return known;
            }
        }
        throw broken(
                "the encoding must be %s, but is '%s'"
                        .formatted(
                                Arrays.stream(Encoding.values())
                                        .map(Encoding::name)
                                        .collect(Collectors.joining(", ")),
                                name));
    }

    private void check(Encoding found, byte[] bytes) throws IOException {
        int here = found.dimensions(bytes.length);
        if (here < 1 || here > valuesMax || found.vectorBytes(here) != bytes.length) {
            throw broken(
                    "values per row must be between 1 and %d, but %d bytes of %s are not"
                            .formatted(valuesMax, bytes.length, found));
        }
        if (found != encoding || here != values) {
            throw broken(
                    "the row has %d values of %s, but row 0 has %d of %s"
                            .formatted(here, found, values, encoding));
        }
    }

    private String idOf(@Nullable Object value) throws IOException {
        if (value instanceof CharSequence || value instanceof Long || value instanceof Integer) {
            return value.toString();
        }
        throw broken("the id must be a string or a whole number, but is " + value);
    }

    private IOException broken(String what) {
        return new IOException("%s, row %d: %s.".formatted(file, row, what));
    }

    /** Of sets, the numbers of the largest one that was read. */
    @Override
    public int values() {
        return values;
    }

    /** Rows that were read so far. */
    long rows() {
        return row;
    }

    /** Whether rows are sets, each as long as it is. */
    boolean hasSets() {
        return hasSets;
    }

    /** Of all rows; known once one was read. */
    Encoding encoding() {
        if (encoding == null) {
            throw new IllegalStateException("No row was read yet.");
        }
        return encoding;
    }

    @Override
    @Nullable
    public String id() {
        return id;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
