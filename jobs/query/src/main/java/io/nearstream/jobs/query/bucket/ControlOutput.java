package io.nearstream.jobs.query.bucket;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.RecordKey;
import io.nearstream.jobs.common.control.ControlRecords;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.MoveRecords;
import io.nearstream.jobs.query.rerank.MoveRequest;
import io.nearstream.schemas.Settled;
import io.nearstream.schemas.wire.AvroWire;
import java.util.function.Consumer;
import org.apache.flink.api.common.TaskInfo;

/** What a bucket subtask writes besides answers: to Kafka, and to the record store. */
final class ControlOutput {
    private final String job;
    private final TaskInfo task;
    private final Consumer<OutRecord> output;
    private final Consumer<MoveRequest> moveRequests;

    ControlOutput(
            String job,
            TaskInfo task,
            Consumer<OutRecord> output,
            Consumer<MoveRequest> moveRequests) {
        this.job = job;
        this.task = task;
        this.output = output;
        this.moveRequests = moveRequests;
    }

    /** An entry that is to be placed anew; the record store adds the vector where it has a code. */
    void move(BucketKey from, int vectorBytes, byte[] block, int row) {
        if (EntryRow.isCoded(block, row)) {
            RecordKey record = new RecordKey(from.collectionUid(), EntryRow.id(block, row));
            moveRequests.accept(
                    new MoveRequest(record, EntryRow.version(block, row), from.bucket()));
        } else {
            output.accept(MoveRecords.of(job, from, vectorBytes, block, row));
        }
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
