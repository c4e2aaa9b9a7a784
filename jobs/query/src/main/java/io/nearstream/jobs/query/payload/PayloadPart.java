package io.nearstream.jobs.query.payload;

import io.nearstream.jobs.query.message.ProbeKey;

/**
 * The payload of one hit.
 *
 * @param probe the probe
 * @param query ordinal of the query vector
 * @param hit the hit's rank in its answer, from 0
 * @param payload empty where the record has none any more
 */
public record PayloadPart(ProbeKey probe, int query, int hit, byte[] payload) {}
