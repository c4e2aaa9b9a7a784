package io.nearstream.jobs.query.payload;

import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.query.message.ProbeKey;

/**
 * A hit whose payload is wanted.
 *
 * @param probe the probe
 * @param query ordinal of the query vector
 * @param hit the hit's rank in its answer, from 0
 * @param record the hit's record
 * @param version the hit's version: the payload is of this one or a newer one
 */
public record PayloadRequest(
        ProbeKey probe, int query, int hit, RecordKey record, Version version) {}
