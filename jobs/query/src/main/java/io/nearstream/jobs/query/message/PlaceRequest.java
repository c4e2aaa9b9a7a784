package io.nearstream.jobs.query.message;

import io.nearstream.core.model.RecordKey;
import java.util.Optional;

/**
 * What reaches the operator that places records besides index changes: an entry that its bucket
 * gave up, or a fetch. Exactly one of the two.
 *
 * @param record whose record
 * @param moved the entry given up; empty for a fetch
 * @param fetch the fetch; {@link FetchRequest#NONE} for a move
 */
public record PlaceRequest(RecordKey record, Optional<MovedEntry> moved, FetchRequest fetch) {
    /** An entry to be placed anew. */
    public static PlaceRequest move(RecordKey record, MovedEntry entry) {
        return new PlaceRequest(record, Optional.of(entry), FetchRequest.NONE);
    }

    /** A record to be fetched. */
    public static PlaceRequest fetch(FetchRequest fetch) {
        return new PlaceRequest(fetch.record(), Optional.empty(), fetch);
    }
}
