package io.nearstream.jobs.ingest.backfill;

import java.util.Optional;
import java.util.UUID;

/**
 * Identity of a source of files in savepoints: {@link Backfill#SOURCE_UID}, and with dots between
 * what follows, so that state says which rows it has read.
 *
 * @param collection uid of the collection that the rows go into
 * @param asOf time of the rows' versions
 * @param files digest of the files' names and the prefix of ids
 * @param content digest of the files' lengths and samples of their bytes
 */
record SourceUid(long collection, long asOf, UUID files, UUID content) {
    private static final String START = Backfill.SOURCE_UID + ".";
    private static final int PARTS = 4;

    /** Reads what {@link #text()} wrote; empty for any other, that of an earlier build too. */
    static Optional<SourceUid> read(String uid) {
        String[] parts =
                uid.startsWith(START)
                        ? uid.substring(START.length()).split("\\.")
                        : new String[] {};
        if (parts.length != PARTS) {
            return Optional.empty();
        }
        try {
            SourceUid read =
                    new SourceUid(
                            Long.parseLong(parts[0]),
                            Long.parseLong(parts[1]),
                            UUID.fromString(parts[2]),
                            UUID.fromString(parts[3]));
            return Optional.of(read).filter(same -> same.text().equals(uid));
        } catch (IllegalArgumentException other) {
            return Optional.empty();
        }
    }

    String text() {
        return START + collection + "." + asOf + "." + files + "." + content;
    }

    /** Whether these are the same files by name, whatever is in them now. */
    boolean names(SourceUid other) {
        return hasVersionsOf(other) && files.equals(other.files);
    }

    /** Whether a row of one may have the version that another of the other has. */
    boolean hasVersionsOf(SourceUid other) {
        return collection == other.collection && asOf == other.asOf;
    }
}
