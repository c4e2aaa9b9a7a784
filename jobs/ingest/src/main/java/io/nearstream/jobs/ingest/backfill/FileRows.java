package io.nearstream.jobs.ingest.backfill;

/**
 * How far a file was read; operator state of {@link RowsRead}.
 *
 * @param uid of the source of files
 * @param file its place among them, 0 or above
 * @param rows that came by, 0 or above
 */
record FileRows(String uid, int file, long rows) {
    FileRows {
        if (file < 0 || rows < 0) {
            throw new IllegalArgumentException(
                    "file and rows must be at least 0, but were %d and %d.".formatted(file, rows));
        }
    }
}
