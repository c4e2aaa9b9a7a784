package io.nearstream.jobs.ingest.version;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;

/**
 * What is written to the index changes: a change, or that the topic may forget the key.
 *
 * @param change the change; for a forgotten key, its last delete
 * @param forgotten whether Kafka's null is written in place of the change
 */
public record IndexUpdate(IndexChange change, boolean forgotten) {
    /** A new version of the record. */
    static IndexUpdate changed(IndexChange change) {
        return new IndexUpdate(change, false);
    }

    /** Nothing older than this version can come any more: compaction may drop the key. */
    static IndexUpdate forgotten(RecordKey key, Version version) {
        return new IndexUpdate(IndexChange.deleted(key, version), true);
    }
}
