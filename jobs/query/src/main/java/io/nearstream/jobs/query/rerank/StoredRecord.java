package io.nearstream.jobs.query.rerank;

import io.nearstream.core.model.RecordKey;

/**
 * The newest version of a record, for the record store.
 *
 * @param record whose
 * @param row with the whole vector, or a removal; see {@link
 *     io.nearstream.jobs.query.entry.EntryRow}
 */
public record StoredRecord(RecordKey record, byte[] row) {}
