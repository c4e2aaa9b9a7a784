package io.nearstream.jobs.ingest.backfill;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.jobs.common.config.BackfillOptions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is known of the state that a job goes on from. Immutable.
 *
 * @param goesOn whether there is any: then writes may be gone that it has
 * @param known the uids of the sources of files in it; empty where nobody has looked
 * @param ended those of them whose files have been read to their end: these may be gone
 */
public record EarlierState(boolean goesOn, Optional<List<String>> known, List<String> ended) {
    /** No state: all is read from its beginning. */
    public static final EarlierState NOTHING = new EarlierState(false, Optional.empty(), List.of());

    /** State that nobody has looked into. */
    public static final EarlierState UNSEEN = new EarlierState(true, Optional.empty(), List.of());

    boolean knows(SourceUid uid) {
        return goesOn && uids().anyMatch(uid::equals);
    }

    /** Whether files are added to it. */
    boolean lacks(SourceUid uid) {
        return goesOn && known.isPresent() && !knows(uid);
    }

    private Stream<SourceUid> uids() {
        return known.stream().flatMap(List::stream).flatMap(uid -> SourceUid.read(uid).stream());
    }

    /**
     * The source that has read files of these names to their end.
     *
     * @param named of which the content is not asked for
     */
    Optional<SourceUid> endedOf(SourceUid named) {
        return goesOn
                ? ended.stream()
                        .flatMap(uid -> SourceUid.read(uid).stream())
                        .filter(named::names)
                        .findFirst()
                : Optional.empty();
    }

    /** Why files of these names are needed. */
    String saysOf(SourceUid named) {
        if (!goesOn) {
            return "the job starts without state";
        }
        if (known.isEmpty()) {
            return "what the state has read is not known here";
        }
        return uids().anyMatch(named::names)
                ? "the state has begun these files, and not ended them"
                : "the state does not know these files";
    }

    /**
     * Fails where other files, or these before they changed, gave the collection rows of the same
     * versions: of two such rows of one record, one would be dropped as if it had been read twice.
     */
    void requireOtherVersions(SourceUid uid, AsOf asOf, CollectionSettings collection) {
        if (uids().anyMatch(uid::hasVersionsOf)) {
            throw new IllegalArgumentException(
                    sameVersions(asOf.time(), "collection '" + collection.name() + "'"));
        }
    }

    /** What is wrong with files of a time that others had. */
    static String sameVersions(long asOf, String collection) {
        return "'%s' is %s, as it was for other files of %s, or for these before they changed: rows of a record that both have would be taken for one, and lost. Say another time ('--backfill-as-of'), if only a millisecond later: the later one wins. If files that were begun are to be read on, give them as they were."
                .formatted(BackfillOptions.AS_OF.key(), Instant.ofEpochMilli(asOf), collection);
    }
}
