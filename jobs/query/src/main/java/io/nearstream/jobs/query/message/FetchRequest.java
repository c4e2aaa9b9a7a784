package io.nearstream.jobs.query.message;

import io.nearstream.core.model.RecordKey;

/**
 * Asks for one record by id.
 *
 * @param probe the probe that asks
 * @param ordinal the id's place in the probe, from 0
 * @param record whose record
 * @param appendTime of the probe: what has expired by then is missing
 * @param atLeast an append time that the answer must include; {@link Long#MIN_VALUE} for none
 * @param withVector whether the vector is wanted
 */
public record FetchRequest(
        ProbeKey probe,
        int ordinal,
        RecordKey record,
        long appendTime,
        long atLeast,
        boolean withVector) {
    /** In messages that fetch nothing. */
    public static final FetchRequest NONE =
            new FetchRequest(new ProbeKey(-1, -1), 0, new RecordKey(0, ""), 0, 0, false);
}
