package io.nearstream.jobs.query.rerank;

import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;

/**
 * An entry that a bucket gives up whose row has only a code: the record store adds the vector and
 * sends it on its way.
 *
 * @param record whose entry
 * @param version of the entry: where the record has a newer one there is nothing to move
 * @param fromBucket the bucket that gives it up
 */
public record MoveRequest(RecordKey record, Version version, int fromBucket) {}
