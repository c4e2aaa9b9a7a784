package io.nearstream.migrate;

import io.nearstream.client.NearstreamException;
import java.nio.file.Path;

/**
 * Counts what becomes of the records of a file, in two passes: what was done with each, then what
 * is there. Not thread-safe.
 */
final class Outcomes {
    private long written;
    private long same;
    private long kept;
    private long expired;
    private long found;
    private long other;
    private long gone;
    private String first = "";

    void written() {
        written++;
    }

    void same() {
        same++;
    }

    void kept() {
        kept++;
    }

    void expired() {
        expired++;
    }

    boolean hasWritten() {
        return written > 0;
    }

    /** In the second pass: it is there, as it is in the file. */
    void found() {
        found++;
    }

    /** In the second pass: it is there with other content. */
    void other(String id) {
        other++;
        if (kept < other) {
            note("'%s' has other content".formatted(id));
        }
    }

    /** In the second pass: it is not there. */
    void missing(String id) {
        gone++;
        note("'%s' is not there".formatted(id));
    }

    /** In the second pass: it is not there, and has expired. */
    void foundExpired() {
        gone++;
    }

    private void note(String what) {
        first = first.isEmpty() ? what : first;
    }

    /**
     * Compares both passes.
     *
     * @param expiredNow how many have expired as of the second pass
     * @throws NearstreamException if they do not agree
     */
    void requireAgreement(Path file, long expiredNow) {
        if (gone != expiredNow || other != kept) {
            throw new NearstreamException(
                    "The counts do not agree: of %s, %,d records were written and %,d were there already, but %,d are found as they stand in it, %,d with other content and %,d not at all (%,d have expired). The first: %s. Somebody else may be writing; import it again."
                            .formatted(file, written, same, found, other, gone, expiredNow, first));
        }
    }

    Imported imported(long records) {
        if (written + same + kept + expired != records) {
            throw new IllegalStateException(
                    "%d written, %d same, %d kept and %d expired are not %d records."
                            .formatted(written, same, kept, expired, records));
        }
        return new Imported(records, written, same, kept, expired);
    }
}
