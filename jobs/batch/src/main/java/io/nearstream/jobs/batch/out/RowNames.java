package io.nearstream.jobs.batch.out;

import io.nearstream.formats.VectorFile;
import io.nearstream.formats.VectorRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the rows of a file are called: their own ids, or their numbers. Thread-safe. */
@FunctionalInterface
public interface RowNames {
    /** The name of a row, from 0. */
    String of(int row);

    /** Reads the ids of a file, all of which are then in memory; nothing where it has none. */
    static RowNames read(VectorFile file) throws IOException {
        if (!file.named()) {
            return Integer::toString;
        }
        List<String> ids = new ArrayList<>();
        try (VectorRows rows = file.read()) {
            while (rows.advance()) {
                ids.add(rows.id());
            }
        }
        return ids::get;
    }
}
