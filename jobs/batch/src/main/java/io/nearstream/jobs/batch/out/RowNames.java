package io.nearstream.jobs.batch.out;

import io.nearstream.formats.VectorFile;
import io.nearstream.formats.VectorRows;
import io.nearstream.jobs.batch.HeapLeft;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the rows of a file are called: their own ids, or their numbers. Thread-safe. */
@FunctionalInterface
public interface RowNames {
    /** The name of a row, from 0. */
    String of(int row);

    /** Of a string beside its letters: headers, a reference. */
    int NAME_BYTES = 64;

    /** Numbers, whatever ids there are. */
    static RowNames numbers() {
        return Integer::toString;
    }

    /**
     * Reads the ids of a file, all of which are then in memory; nothing where it has none.
     *
     * @throws io.nearstream.jobs.batch.BatchFailure if the heap that is left does not hold them
     */
    static RowNames read(VectorFile file, HeapLeft heap) throws IOException {
        if (!file.named()) {
            return numbers();
        }
        List<String> ids = new ArrayList<>();
        try (VectorRows rows = file.read()) {
            while (rows.advance()) {
                String id = rows.id();
                heap.take(NAME_BYTES + 2L * id.length(), "The ids of " + file.path());
                ids.add(id);
            }
        }
        return ids::get;
    }
}
