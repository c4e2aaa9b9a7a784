package io.nearstream.jobs.query.bucket;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.jobs.common.control.ControlRecords;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.schemas.IndexMove;
import io.nearstream.schemas.Settled;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.apache.flink.api.common.TaskInfo;

/** What a bucket subtask writes to Kafka besides answers. */
final class ControlOutput {
    private final String job;
    private final TaskInfo task;
    private final Consumer<OutRecord> output;

    ControlOutput(String job, TaskInfo task, Consumer<OutRecord> output) {
        this.job = job;
        this.task = task;
        this.output = output;
    }

    /** An entry that is to be placed anew. */
    void move(BucketKey from, int vectorBytes, byte[] block, int row) {
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
        output.accept(OutRecord.of(TopicNames.INDEX_MOVES, key, AvroWire.encode(move)));
    }

    /** This subtask holds nothing of older generations any more. */
    void settled(CollectionSettings collection, int generation) {
        Settled announcement =
                Settled.newBuilder()
                        .setJob(job)
                        .setCollection(collection.name())
                        .setCollectionUid(collection.uid())
                        .setGeneration(generation)
                        .setSubtask(task.getIndexOfThisSubtask())
                        .setOf(task.getNumberOfParallelSubtasks())
                        .build();
        output.accept(
                OutRecord.of(
                        TopicNames.COLLECTIONS,
                        ControlRecords.key(announcement),
                        AvroWire.encode(announcement)));
    }
}
