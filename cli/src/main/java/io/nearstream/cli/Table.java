package io.nearstream.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table for people: columns as wide as what stands in them; numbers on the right. */
final class Table {
    private static final String GAP = "  ";

    private final List<String[]> rows = new ArrayList<>();
    private final boolean[] right;

    /** Column headings; one that starts with {@code >} is aligned to the right. */
    Table(String... headings) {
        right = new boolean[headings.length];
        String[] first = new String[headings.length];
        for (int i = 0; i < headings.length; i++) {
            right[i] = headings[i].startsWith(">");
            first[i] = right[i] ? headings[i].substring(1) : headings[i];
        }
        rows.add(first);
    }

    /** Adds a row, one cell per column. */
    Table row(Object... cells) {
        if (cells.length != right.length) {
            throw new IllegalArgumentException(
                    "A row must have %d cells, but has %d.".formatted(right.length, cells.length));
        }
        rows.add(Arrays.stream(cells).map(Table::printable).toArray(String[]::new));
        return this;
    }

    void print(PrintWriter out) {
        int[] widths = new int[right.length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                String padding = " ".repeat(widths[i] - row[i].length());
                line.append(i == 0 ? "" : GAP);
                line.append(right[i] ? padding + row[i] : row[i] + padding);
            }
            out.println(line.toString().stripTrailing());
        }
        out.flush();
    }

    /** Ids and payloads are anybody's text; what would move the cursor is not printed. */
    static String printable(Object cell) {
        return String.valueOf(cell).replaceAll("\\p{Cntrl}", "?");
    }
}
