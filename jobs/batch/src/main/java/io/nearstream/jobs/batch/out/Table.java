package io.nearstream.jobs.batch.out;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Rows of values written to a file, CSV or Avro. Not thread-safe. */
public interface Table extends AutoCloseable {
    /** What a column holds. */
    enum Type {
        TEXT,
        NUMBER,
        INTEGER
    }

    /**
     * A column.
     *
     * @param name of letters, digits and underscores
     * @param type TEXT is a string, NUMBER a double, INTEGER an int
     * @param optional whether values may be null
     */
    record Column(String name, Type type, boolean optional) {
        /** A column that always has a value. */
        public static Column of(String name, Type type) {
            return new Column(name, type, false);
        }
    }

    /** Whether a file's name says that it is a table. */
    static boolean isNamed(Path file) {
        return isAvro(file) || name(file).endsWith(".csv");
    }

    private static boolean isAvro(Path file) {
        return name(file).endsWith(".avro");
    }

    private static String name(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT);
    }

    /**
     * Opens a table.
     *
     * @param named whose name tells the format, .csv or .avro
     * @param content where it is written
     * @param record the name of a row
     */
    static Table open(Path named, Path content, String record, List<Column> columns)
            throws IOException {
        return isAvro(named)
                ? new AvroTable(content, record, columns)
                : new CsvTable(content, columns);
    }

    /** Writes a row, one value for each column. */
    void row(Object... values) throws IOException;

    @Override
    void close() throws IOException;
}
