package io.nearstream.jobs.batch.out;

import io.nearstream.core.model.Limits;
import io.nearstream.jobs.batch.BatchJoin.RowPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A row for each pair: left, right, distance. Not thread-safe. */
public final class PairTable implements AutoCloseable {
    private static final List<Table.Column> COLUMNS =
            List.of(
                    Table.Column.of("left", Table.Type.TEXT),
                    Table.Column.of("right", Table.Type.TEXT),
                    Table.Column.of("distance", Table.Type.NUMBER));

    private final Table table;
    private final RowNames left;
    private final RowNames right;

    private PairTable(Table table, RowNames left, RowNames right) {
        this.table = table;
        this.left = left;
        this.right = right;
    }

    /**
     * The file, if its name tells the format of a table.
     *
     * @throws IOException if it does not
     */
    public static Path requireNamed(Path out) throws IOException {
        if (!Table.isNamed(out)) {
            throw new IOException(
                    "--out must end in .csv or .avro, but is %s."
                            .formatted(Limits.quote(out.getFileName().toString())));
        }
        return out;
    }

    /**
     * Opens the file.
     *
     * @param left what rows of the left file are called
     * @param right what rows of the right file are called
     */
    public static PairTable open(OutputFiles out, RowNames left, RowNames right)
            throws IOException {
        Path file = out.files().get(0);
        return new PairTable(
                Table.open(file, OutputFiles.incomplete(file), "Pair", COLUMNS), left, right);
    }

    /** Writes a pair. */
    public void write(RowPair pair) throws IOException {
        table.row(
                left.of(Math.toIntExact(pair.left())),
                right.of(Math.toIntExact(pair.right())),
                pair.distance());
    }

    @Override
    public void close() throws IOException {
        table.close();
    }
}
