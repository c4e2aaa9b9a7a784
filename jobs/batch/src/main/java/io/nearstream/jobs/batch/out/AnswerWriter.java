package io.nearstream.jobs.batch.out;

import io.nearstream.core.model.Limits;
import io.nearstream.jobs.batch.message.Hits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Writes the answers to queries, in their order. Not thread-safe. */
public interface AnswerWriter extends AutoCloseable {
    /** Writes the answers to the queries of a block. */
    void write(Hits hits) throws IOException;

    @Override
    void close() throws IOException;

    /**
     * The files that {@code --out} stands for.
     *
     * @throws IOException if its name tells no format
     */
    static List<Path> files(Path out) throws IOException {
        if (Table.isNamed(out)) {
            return List.of(out);
        }
        String name = out.getFileName().toString();
        if (name.toLowerCase(Locale.ROOT).endsWith(IvecsAnswers.IDS)) {
            String stem = name.substring(0, name.length() - IvecsAnswers.IDS.length());
            return List.of(out, out.resolveSibling(stem + IvecsAnswers.DISTANCES));
        }
        throw new IOException(
                "--out must end in .ivecs (row numbers, with a .fvecs of distances beside), .csv or .avro, but is %s."
                        .formatted(Limits.quote(name)));
    }

    /**
     * Opens files for answers.
     *
     * @param out what {@link #files} gave
     * @param base what rows of the base are called, in tables
     * @param queries what queries are called, in tables
     */
    static AnswerWriter open(OutputFiles out, RowNames base, RowNames queries) throws IOException {
        Path first = out.files().get(0);
        if (!Table.isNamed(first)) {
            return new IvecsAnswers(
                    OutputFiles.incomplete(first), OutputFiles.incomplete(out.files().get(1)));
        }
        Table table =
                Table.open(first, OutputFiles.incomplete(first), "Answer", TableAnswers.COLUMNS);
        return new TableAnswers(table, base, queries);
    }
}
