package io.nearstream.jobs.query.gauge;

import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.BucketOp;
import io.nearstream.jobs.query.message.BucketOpSerializer;
import io.nearstream.jobs.query.rerank.StoredRecord;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * The part of the query dataflow that gauges recall: what is placed, sampled probes and their
 * answers in; control records out.
 */
public final class GaugeTopology {
    /** Identities of state in savepoints: never renamed, never reused. */
    public static final String SLICE_UID = "query.slice.v1";

    public static final String RECORD_ROWS_UID = "query.record-rows.v1";
    public static final String RECORD_SLICE_UID = "query.record-slice.v1";
    public static final String GAUGE_UID = "query.gauge.v1";

    private GaugeTopology() {}

    /**
     * Builds it. It is there where no probe is sampled, too, so that the share may change in a job
     * that goes on from a savepoint: a slice that was not kept all the time would be of no use.
     *
     * @param placed by record, with query time as its watermark
     * @param records whole rows of collections whose buckets keep codes, as placed
     * @param notes both halves of sampled probes
     * @param parallelism of what is placed
     */
    public static DataStream<OutRecord> build(
            DataStream<BucketOp> placed,
            DataStream<StoredRecord> records,
            DataStream<GaugeNote> notes,
            CollectionDirectory.Provider directory,
            GaugeSettings settings,
            int parallelism) {
        DataStream<SliceRow> ofBuckets =
                placed.flatMap(new SliceFeed(directory, settings.sliceRecords()))
                        .returns(SliceRowSerializer.TYPE)
                        .uid(SLICE_UID)
                        .name("Pick slices")
                        .setParallelism(parallelism);
        return records.map(GaugeTopology::asPlaced)
                .returns(BucketOpSerializer.TYPE)
                .uid(RECORD_ROWS_UID)
                .name("Take whole rows")
                .setParallelism(parallelism)
                .flatMap(new SliceFeed(directory, settings.sliceRecords()))
                .returns(SliceRowSerializer.TYPE)
                .uid(RECORD_SLICE_UID)
                .name("Pick slices of records")
                .setParallelism(parallelism)
                .union(ofBuckets)
                .keyBy(SliceRow::collectionUid, Types.LONG)
                .connect(notes.keyBy(GaugeNote::collectionUid, Types.LONG))
                .transform(
                        "Gauge recall",
                        OutRecordSerializer.TYPE,
                        new GaugeOperator(directory, settings))
                .uid(GAUGE_UID)
                .setParallelism(parallelism);
    }

    private static BucketOp asPlaced(StoredRecord stored) {
        BucketKey anywhere = new BucketKey(stored.record().collectionUid(), 0);
        return BucketOp.append(anywhere, 0, stored.row());
    }
}
