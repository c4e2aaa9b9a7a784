package io.nearstream.jobs.batch.out;

import io.nearstream.jobs.batch.BatchJoin.RowPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A row for each record: id, duplicate_of, distance; the latter two empty for what stays. What goes
 * is in memory until all is known, so that records come in the order of the file. Records are added
 * by one thread and written by another, after it.
 */
public final class DuplicateTable {
    private static final List<Table.Column> COLUMNS =
            List.of(
                    Table.Column.of("id", Table.Type.TEXT),
                    new Table.Column("duplicate_of", Table.Type.TEXT, true),
                    new Table.Column("distance", Table.Type.NUMBER, true));

    private final Map<Integer, RowPair> duplicates = new HashMap<>();

    /** The right row of the pair goes; the left one is its nearest earlier one. */
    public void add(RowPair pair) {
        RowPair other = duplicates.put(Math.toIntExact(pair.right()), pair);
        if (other != null) {
            throw new IllegalStateException(
                    "Row %d goes twice: %s, %s.".formatted(pair.right(), other, pair));
        }
    }

    /**
     * Writes the file.
     *
     * @param names what rows are called
     * @param rows of the file
     * @param keptOnly whether what goes is left out
     */
    public void write(OutputFiles out, RowNames names, long rows, boolean keptOnly)
            throws IOException {
        Path file = out.files().get(0);
        try (Table table = Table.open(file, OutputFiles.incomplete(file), "Record", COLUMNS)) {
            for (int row = 0; row < rows; row++) {
                RowPair pair = duplicates.get(row);
                if (pair == null) {
                    table.row(names.of(row), null, null);
                } else if (!keptOnly) {
                    table.row(names.of(row), names.of((int) pair.left()), pair.distance());
                }
            }
        }
    }
}
