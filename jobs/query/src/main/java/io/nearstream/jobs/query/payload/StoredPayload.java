package io.nearstream.jobs.query.payload;

import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;

/**
 * The payload of a record as of a version.
 *
 * @param record whose payload
 * @param version of the record
 * @param payload empty where the record has none any more
 */
public record StoredPayload(RecordKey record, Version version, byte[] payload) {}
