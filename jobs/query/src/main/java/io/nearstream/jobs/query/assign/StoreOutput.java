package io.nearstream.jobs.query.assign;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.payload.StoredPayload;
import io.nearstream.jobs.query.rerank.StoredRecord;
import java.util.function.Consumer;
import javax.annotation.Nullable;

/** What of a record is kept by its id, beside its buckets: payload, and vector where needed. */
final class StoreOutput {
    private static final byte[] NO_PAYLOAD = {};

    private final Consumer<StoredPayload> payloads;
    private final Consumer<StoredRecord> records;

    StoreOutput(Consumer<StoredPayload> payloads, Consumer<StoredRecord> records) {
        this.payloads = payloads;
        this.records = records;
    }

    /**
     * A newer version of a record, or its delete.
     *
     * @param now its placement before
     */
    void changed(Placement now, IndexChange change, CollectionState collection) {
        if (change.payload().length > 0 || now.hasPayload()) {
            payloads.accept(new StoredPayload(change.key(), change.version(), change.payload()));
        }
        if (collection.settings().isCoded()) {
            byte[] row =
                    change.delete()
                            ? EntryRow.removal(change.key().id(), change.version())
                            : Placer.row(change, collection);
            records.accept(new StoredRecord(change.key(), row));
        }
    }

    /** A record of a dropped collection is forgotten; the record store finds that out itself. */
    void removed(RecordKey record, @Nullable Placement now) {
        if (now != null && now.hasPayload()) {
            payloads.accept(new StoredPayload(record, now.version(), NO_PAYLOAD));
        }
    }
}
