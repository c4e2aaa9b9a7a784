package io.nearstream.cluster;

import java.util.OptionalLong;

/**
 * How far an ingest job has read the files of a backfill.
 *
 * @param collection that the rows go into
 * @param rows that were read, some seconds ago: those that were refused, or lost to newer writes,
 *     too
 * @param total that there are; empty where no file says so without being read, or all have ended
 * @param ended whether all files have been read to their end
 */
public record BackfillReport(String collection, long rows, OptionalLong total, boolean ended) {
    /** In a few words. */
    public String text() {
        if (ended) {
            return "backfill of %s: its files have been read to their end".formatted(collection);
        }
        return total.isPresent()
                ? "backfill of %s: %,d of %,d rows read"
                        .formatted(collection, rows, total.getAsLong())
                : "backfill of %s: %,d rows read".formatted(collection, rows);
    }
}
