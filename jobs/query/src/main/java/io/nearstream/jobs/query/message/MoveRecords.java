package io.nearstream.jobs.query.message;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.schemas.IndexMove;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;

/** Entries that buckets give up, as records of the moves topic. */
public final class MoveRecords {
    private MoveRecords() {}

    /**
     * The move of one entry.
     *
     * @param job the query job that may take it up
     * @param from the bucket that gives it up
     * @param row where its row, which ends with the vector, starts in the block
     */
    public static OutRecord of(String job, BucketKey from, int vectorBytes, byte[] block, int row) {
        String id = EntryRow.id(block, row);
        long expiresAt = EntryRow.expiresAt(block, row);
        int vectorAt = EntryRow.vectorAt(block, row, vectorBytes);
        IndexMove move = new IndexMove();
        move.setJob(job);
        move.setCollectionUid(from.collectionUid());
        move.setId(id);
        move.setFromBucket(from.bucket());
        move.setVersionTime(EntryRow.time(block, row));
        move.setVersionPartition(EntryRow.partition(block, row));
        move.setVersionOffset(EntryRow.offset(block, row));
        move.setVector(ByteBuffer.wrap(block, vectorAt, vectorBytes).slice());
        move.setHasPayload(EntryRow.hasPayload(block, row));
        move.setLabels(EntryRow.labels(block, row));
        move.setExpiresAt(expiresAt == IndexChange.NEVER ? null : expiresAt);
        byte[] key = IndexChangeWire.key(new RecordKey(from.collectionUid(), id));
        return OutRecord.of(TopicNames.INDEX_MOVES, key, AvroWire.encode(move));
    }
}
