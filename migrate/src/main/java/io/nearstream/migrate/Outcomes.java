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
    private long missing;
    private long over;
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
        missing++;
        note("'%s' is not there".formatted(id));
    }

    /**
     * In the second pass: it has expired, and is not there as it is in the file. Whatever is there
     * instead is nothing of this import's.
     */
    void foundExpired() {
        over++;
    }

    private void note(String what) {
        first = first.isEmpty() ? what : first;
    }

    /**
     * Compares both passes. Of what was kept some may have expired since, or be there now as it is
     * in the file, so fewer may have other content than were kept, but not more.
     *
     * @throws NearstreamException if they do not agree
     */
    void requireAgreement(Path file) {
        if (missing > 0 || other > kept) {
            throw new NearstreamException(
                    "The counts do not agree: of %s, %,d records were written, %,d were there already and %,d with other content, but %,d are found as they stand in it, %,d with other content and %,d not at all (%,d more have expired). For one, %s. Somebody else may be writing; import it again."
                            .formatted(
                                    file, written, same, kept, found, other, missing, over, first));
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
