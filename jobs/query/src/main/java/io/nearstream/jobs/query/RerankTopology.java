package io.nearstream.jobs.query;

import io.nearstream.core.model.RecordKey;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.common.state.RecordKeySerializer;
import io.nearstream.jobs.query.assign.AssignOperator;
import io.nearstream.jobs.query.bucket.BucketOperator;
import io.nearstream.jobs.query.merge.MergeOperator;
import io.nearstream.jobs.query.merge.RerankOperator;
import io.nearstream.jobs.query.message.BucketOp;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.jobs.query.message.ProbeKeySerializer;
import io.nearstream.jobs.query.rerank.RecordPart;
import io.nearstream.jobs.query.rerank.RecordPartSerializer;
import io.nearstream.jobs.query.rerank.RecordRequest;
import io.nearstream.jobs.query.rerank.RecordRequestSerializer;
import io.nearstream.jobs.query.rerank.RecordStoreOperator;
import io.nearstream.jobs.query.rerank.StoredRecord;
import io.nearstream.jobs.query.route.Owners;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.api.transformations.TwoInputTransformation;

/**
 * The part of the query dataflow that collections use whose buckets keep codes.
 *
 * <pre>
 * assign ---whole rows---> records ---exact scores---> rerank ---> answers
 * merge ----candidates--------^  |                       ^
 *    |  \-- answers without ----|-----------------------/
 * buckets ---moves without ------/  \--> moves
 * </pre>
 */
final class RerankTopology {
    private RerankTopology() {}

    /**
     * What comes out.
     *
     * @param answers with exact scores; those that need payloads on the side, as of the merge
     * @param moves with vectors, for their topic
     */
    record Reranked(SingleOutputStreamOperator<OutRecord> answers, DataStream<OutRecord> moves) {}

    static Reranked build(
            SingleOutputStreamOperator<OutRecord> merged,
            SingleOutputStreamOperator<BucketOp> placed,
            SingleOutputStreamOperator<Partial> partials,
            CollectionDirectory.Provider directory,
            QuerySettings settings,
            Owners owners) {
        SingleOutputStreamOperator<RecordPart> scored =
                records(merged, placed, partials, directory, settings, owners);
        SingleOutputStreamOperator<OutRecord> answers =
                merged.getSideOutput(MergeOperator.RERANKS)
                        .keyBy(open -> open.header().key(), ProbeKeySerializer.TYPE)
                        .connect(scored.keyBy(RecordPart::probe, ProbeKeySerializer.TYPE))
                        .transform(
                                "Put exact distances into answers",
                                OutRecordSerializer.TYPE,
                                new RerankOperator(settings.pendingMax(), settings.gauge()))
                        .uid(QueryTopology.RERANK_UID)
                        .setParallelism(settings.parallelism())
                        .setBufferTimeout(QueryTopology.AT_ONCE);
        return new Reranked(answers, scored.getSideOutput(RecordStoreOperator.MOVES));
    }

    /** The record store of collections whose buckets keep codes. */
    private static SingleOutputStreamOperator<RecordPart> records(
            SingleOutputStreamOperator<OutRecord> merged,
            SingleOutputStreamOperator<BucketOp> placed,
            SingleOutputStreamOperator<Partial> partials,
            CollectionDirectory.Provider directory,
            QuerySettings settings,
            Owners owners) {
        int maxParallelism = settings.maxParallelism();
        DataStream<StoredRecord> records =
                placed.getSideOutput(AssignOperator.RECORDS)
                        .partitionCustom(
                                owners.partitioner(),
                                stored -> keyGroup(stored.record(), maxParallelism));
        DataStream<RecordRequest> moves =
                partials.getSideOutput(BucketOperator.MOVE_REQUESTS)
                        .map(
                                move ->
                                        RecordRequest.move(
                                                keyGroup(move.record(), maxParallelism), move))
                        .returns(RecordRequestSerializer.TYPE)
                        .uid(QueryTopology.MOVE_REQUESTS_UID)
                        .name("Ask for the vectors of moves")
                        .setParallelism(settings.parallelism());
        DataStream<RecordRequest> requests =
                merged.getSideOutput(MergeOperator.RECORD_REQUESTS)
                        .union(moves)
                        .partitionCustom(owners.partitioner(), RecordRequest::target);
        TwoInputTransformation<StoredRecord, RecordRequest, RecordPart> store =
                new TwoInputTransformation<>(
                        records.getTransformation(),
                        requests.getTransformation(),
                        "Keep and score records",
                        SimpleOperatorFactory.of(
                                new RecordStoreOperator(
                                        directory,
                                        settings.job(),
                                        settings.recordCacheBytes(),
                                        settings.directoryPollMs())),
                        RecordPartSerializer.TYPE,
                        settings.parallelism());
        store.setStateKeySelectors(StoredRecord::record, null);
        store.setStateKeyType(RecordKeySerializer.TYPE);
        return new TransformedStream<>(placed.getExecutionEnvironment(), store)
                .uid(QueryTopology.RECORDS_UID)
                .setBufferTimeout(QueryTopology.AT_ONCE);
    }

    private static int keyGroup(RecordKey record, int maxParallelism) {
        return KeyGroupRangeAssignment.assignToKeyGroup(record, maxParallelism);
    }
}
