package io.nearstream.jobs.query;

import io.nearstream.core.model.IndexChange;
import io.nearstream.jobs.common.changes.DecodeChanges;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.common.state.IndexChangeSerializer;
import io.nearstream.jobs.common.state.RecordKeySerializer;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.query.assign.AssignOperator;
import io.nearstream.jobs.query.bucket.BucketOperator;
import io.nearstream.jobs.query.bucket.BucketSettings;
import io.nearstream.jobs.query.gauge.GaugeTopology;
import io.nearstream.jobs.query.merge.MergeOperator;
import io.nearstream.jobs.query.message.BucketKeySerializer;
import io.nearstream.jobs.query.message.BucketOp;
import io.nearstream.jobs.query.message.BucketOpSerializer;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.jobs.query.message.PartialSerializer;
import io.nearstream.jobs.query.message.PlaceRequest;
import io.nearstream.jobs.query.message.PlaceRequestSerializer;
import io.nearstream.jobs.query.message.ProbeHeader;
import io.nearstream.jobs.query.message.ProbeKeySerializer;
import io.nearstream.jobs.query.message.ProbeMessage;
import io.nearstream.jobs.query.message.ProbeMessageSerializer;
import io.nearstream.jobs.query.payload.OpenAnswer;
import io.nearstream.jobs.query.payload.PayloadJoinFunction;
import io.nearstream.jobs.query.payload.PayloadPart;
import io.nearstream.jobs.query.payload.PayloadPartSerializer;
import io.nearstream.jobs.query.payload.PayloadRequest;
import io.nearstream.jobs.query.payload.PayloadStoreFunction;
import io.nearstream.jobs.query.payload.StoredPayload;
import io.nearstream.jobs.query.route.Owners;
import io.nearstream.jobs.query.route.RouteOperator;
import io.nearstream.jobs.query.route.RouteSettings;
import io.nearstream.jobs.query.source.DecodeMoves;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.apache.flink.streaming.api.transformations.TwoInputTransformation;

/**
 * The query dataflow: index changes, moves and probes in; answers and control records out.
 *
 * <pre>
 * changes ------------> assign -----> buckets ---> merge ---> answers
 * moves ---------------^   ^   \        ^  |         ^
 * probes --> route ---fetch-/           |  +--> moves, announcements
 *              |  \-- one per subtask --/            |
 *              \---------- headers -----------------/
 *
 * From what is placed a slice goes to the gauge, with a sample of probes and their answers; it
 * writes control records.
 *
 * Answers whose buckets keep codes go through the record store (vectors by record), and answers
 * that ask for payloads through the payload store (payloads by record) once more.
 * </pre>
 */
public final class QueryTopology {
    /** Identities of state in savepoints: never renamed, never reused. */
    public static final String DECODE_CHANGES_UID = "query.decode-changes.v1";

    public static final String DECODE_MOVES_UID = "query.decode-moves.v1";
    public static final String ROUTE_UID = "query.route.v1";
    public static final String ASSIGN_UID = "query.assign.v1";
    public static final String BUCKETS_UID = "query.buckets.v1";
    public static final String MERGE_UID = "query.merge.v1";
    public static final String RECORDS_UID = "query.records.v1";
    public static final String MOVE_REQUESTS_UID = "query.move-requests.v1";
    public static final String RERANK_UID = "query.rerank.v1";
    public static final String PAYLOAD_STORE_UID = "query.payload-store.v1";
    public static final String PAYLOAD_JOIN_UID = "query.payload-join.v1";

    /** What belongs to a probe does not wait for a fuller buffer. */
    static final long AT_ONCE = 0;

    private QueryTopology() {}

    /**
     * What comes out.
     *
     * @param answers for the results topic
     * @param others answers with payloads, and refusals, for the same topic: apart, so that the
     *     merge and the sink of the many are one task
     * @param control moves and announcements, for their topics
     */
    public record Outputs(
            DataStream<OutRecord> answers,
            DataStream<OutRecord> others,
            DataStream<OutRecord> control) {}

    /**
     * Builds the dataflow.
     *
     * @param changes raw index changes, whose watermark is query time
     * @param moves raw index moves
     * @param probes raw probes
     */
    public static Outputs build(
            DataStream<RawRecord> changes,
            DataStream<RawRecord> moves,
            DataStream<RawRecord> probes,
            CollectionDirectory.Provider directory,
            QuerySettings settings) {
        Owners owners = new Owners(settings.maxParallelism());
        SingleOutputStreamOperator<ProbeMessage> routed =
                route(probes, directory, settings, owners);
        SingleOutputStreamOperator<BucketOp> placed =
                assign(
                        changes,
                        moves,
                        routed.getSideOutput(RouteOperator.FETCHES),
                        directory,
                        settings);
        SingleOutputStreamOperator<Partial> partials =
                buckets(placed, routed, directory, settings, owners);
        DataStream<ProbeHeader> headers = routed.getSideOutput(RouteOperator.HEADERS);
        SingleOutputStreamOperator<OutRecord> answers =
                headers.keyBy(ProbeHeader::key, ProbeKeySerializer.TYPE)
                        .connect(partials.keyBy(Partial::key, ProbeKeySerializer.TYPE))
                        .transform(
                                "Merge shares to answers",
                                OutRecordSerializer.TYPE,
                                new MergeOperator(settings.pendingMax(), owners, settings.gauge()))
                        .uid(MERGE_UID)
                        .setParallelism(settings.parallelism())
                        .setBufferTimeout(AT_ONCE);
        RerankTopology.Reranked reranked =
                RerankTopology.build(answers, placed, partials, directory, settings, owners);
        return new Outputs(
                answers,
                withPayloads(
                                answers,
                                reranked.answers(),
                                placed.getSideOutput(AssignOperator.PAYLOADS),
                                directory,
                                settings)
                        .union(reranked.answers(), routed.getSideOutput(RouteOperator.REFUSED)),
                partials.getSideOutput(BucketOperator.CONTROL)
                        .union(
                                reranked.moves(),
                                GaugeTopology.build(
                                        placed,
                                        placed.getSideOutput(AssignOperator.RECORDS),
                                        routed.getSideOutput(RouteOperator.GAUGED)
                                                .union(
                                                        answers.getSideOutput(MergeOperator.GAUGED),
                                                        reranked.answers()
                                                                .getSideOutput(
                                                                        MergeOperator.GAUGED)),
                                        directory,
                                        settings.gauge(),
                                        settings.parallelism())));
    }

    /** The answers that need payloads, once they have them. */
    private static DataStream<OutRecord> withPayloads(
            SingleOutputStreamOperator<OutRecord> merged,
            SingleOutputStreamOperator<OutRecord> reranked,
            DataStream<StoredPayload> payloads,
            CollectionDirectory.Provider directory,
            QuerySettings settings) {
        DataStream<PayloadPart> parts =
                payloads.keyBy(StoredPayload::record, RecordKeySerializer.TYPE)
                        .connect(
                                merged.getSideOutput(MergeOperator.PAYLOAD_REQUESTS)
                                        .union(
                                                reranked.getSideOutput(
                                                        MergeOperator.PAYLOAD_REQUESTS))
                                        .keyBy(PayloadRequest::record, RecordKeySerializer.TYPE))
                        .process(new PayloadStoreFunction(directory), PayloadPartSerializer.TYPE)
                        .uid(PAYLOAD_STORE_UID)
                        .name("Keep payloads by record")
                        .setParallelism(settings.parallelism())
                        .setBufferTimeout(AT_ONCE);
        return merged.getSideOutput(MergeOperator.OPEN)
                .union(reranked.getSideOutput(MergeOperator.OPEN))
                .keyBy(OpenAnswer::probe, ProbeKeySerializer.TYPE)
                .connect(parts.keyBy(PayloadPart::probe, ProbeKeySerializer.TYPE))
                .process(new PayloadJoinFunction(), OutRecordSerializer.TYPE)
                .uid(PAYLOAD_JOIN_UID)
                .name("Put payloads into answers")
                .setParallelism(settings.parallelism());
    }

    private static SingleOutputStreamOperator<ProbeMessage> route(
            DataStream<RawRecord> probes,
            CollectionDirectory.Provider directory,
            QuerySettings settings,
            Owners owners) {
        RouteSettings check =
                new RouteSettings(
                        settings.limits(),
                        settings.deadlineDefaultMs(),
                        settings.strongClockBoundMs(),
                        settings.probeBucketsMax(),
                        settings.resultPartitions());
        // As many as there are bucket subtasks: the router reads its own number of subtasks.
        DataStream<RawRecord> spread =
                probes.getParallelism() == settings.parallelism() ? probes : probes.rebalance();
        return spread.transform(
                        "Route probes to bucket subtasks",
                        ProbeMessageSerializer.TYPE,
                        RouteOperator.of(
                                directory, check, owners, settings.routing(), settings.gauge()))
                .uid(ROUTE_UID)
                .setParallelism(settings.parallelism())
                .setBufferTimeout(AT_ONCE);
    }

    private static SingleOutputStreamOperator<BucketOp> assign(
            DataStream<RawRecord> changes,
            DataStream<RawRecord> moves,
            DataStream<PlaceRequest> fetches,
            CollectionDirectory.Provider directory,
            QuerySettings settings) {
        DataStream<IndexChange> decoded =
                changes.flatMap(new DecodeChanges())
                        .returns(IndexChangeSerializer.TYPE)
                        .uid(DECODE_CHANGES_UID)
                        .name("Decode index changes")
                        .setParallelism(changes.getParallelism())
                        .setBufferTimeout(settings.bufferTimeoutMs());
        DataStream<PlaceRequest> requests =
                moves.flatMap(new DecodeMoves(settings.job(), directory))
                        .returns(PlaceRequestSerializer.TYPE)
                        .uid(DECODE_MOVES_UID)
                        .name("Decode index moves")
                        .setParallelism(moves.getParallelism())
                        .union(fetches);
        return decoded.keyBy(IndexChange::key, RecordKeySerializer.TYPE)
                .connect(requests.keyBy(PlaceRequest::record, RecordKeySerializer.TYPE))
                .transform(
                        "Assign records to buckets",
                        BucketOpSerializer.TYPE,
                        new AssignOperator(
                                directory,
                                settings.directoryPollMs(),
                                settings.tombstoneHorizonMs(),
                                settings.pendingMax(),
                                settings.limits().deadlineMs()))
                .uid(ASSIGN_UID)
                .setParallelism(settings.parallelism())
                .setBufferTimeout(settings.bufferTimeoutMs());
    }

    private static SingleOutputStreamOperator<Partial> buckets(
            DataStream<BucketOp> placed,
            DataStream<ProbeMessage> routed,
            CollectionDirectory.Provider directory,
            QuerySettings settings,
            Owners owners) {
        BucketSettings bucketSettings =
                new BucketSettings(
                        settings.job(),
                        settings.blockBytes(),
                        settings.tailBytes(),
                        settings.cacheBytes(),
                        settings.answerCacheBytes(),
                        settings.filterBucketsMax(),
                        settings.movesPerSecond(),
                        settings.pendingMax(),
                        settings.limits().deadlineMs(),
                        settings.directoryPollMs());
        int maxParallelism = settings.maxParallelism();
        DataStream<BucketOp> toBuckets =
                placed.partitionCustom(
                        owners.partitioner(),
                        op ->
                                op.kind() == BucketOp.Kind.MARKER
                                        ? Owners.toSubtask(op.key().bucket())
                                        : op.key().keyGroup(maxParallelism));
        DataStream<ProbeMessage> toSubtasks =
                routed.partitionCustom(
                        owners.partitioner(), message -> Owners.toSubtask(message.target()));
        TwoInputTransformation<BucketOp, ProbeMessage, Partial> buckets =
                new TwoInputTransformation<>(
                        toBuckets.getTransformation(),
                        toSubtasks.getTransformation(),
                        "Keep and search buckets",
                        SimpleOperatorFactory.of(new BucketOperator(directory, bucketSettings)),
                        PartialSerializer.TYPE,
                        settings.parallelism());
        // Keyed by bucket on the first input only; partitioned as Flink would have by key groups.
        buckets.setStateKeySelectors(BucketOp::key, null);
        buckets.setStateKeyType(BucketKeySerializer.TYPE);
        return new TransformedStream<>(placed.getExecutionEnvironment(), buckets)
                .uid(BUCKETS_UID)
                .setBufferTimeout(AT_ONCE);
    }
}
