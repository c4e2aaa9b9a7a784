package io.nearstream.jobs.batch.out;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import javax.annotation.Nullable;

/** Comma-separated values with a line of headings, UTF-8, quoted as RFC 4180 says. */
final class CsvTable implements Table {
    private final BufferedWriter out;

    CsvTable(Path content, List<Column> columns) throws IOException {
        out = Files.newBufferedWriter(content, StandardCharsets.UTF_8);
        out.write(columns.stream().map(Column::name).collect(Collectors.joining(",")));
        out.write('\n');
    }

    @Override
    public void row(Object... values) throws IOException {
        for (int i = 0; i < values.length; i++) {
            if (i > 0) {
                out.write(',');
            }
            out.write(cell(values[i]));
        }
        out.write('\n');
    }

    private static String cell(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        String text = value.toString();
        boolean plain =
                text.indexOf(',') < 0
                        && text.indexOf('"') < 0
                        && text.indexOf('\n') < 0
                        && text.indexOf('\r') < 0;
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
