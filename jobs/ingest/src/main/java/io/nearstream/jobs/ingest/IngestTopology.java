package io.nearstream.jobs.ingest;

import io.nearstream.core.model.IndexChange;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.common.state.IndexChangeSerializer;
import io.nearstream.jobs.common.state.RecordKeySerializer;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.ingest.sink.EncodeOperator;
import io.nearstream.jobs.ingest.sink.PartitionCount;
import io.nearstream.jobs.ingest.tick.LogEnds;
import io.nearstream.jobs.ingest.tick.TickFunction;
import io.nearstream.jobs.ingest.train.LearnOperator;
import io.nearstream.jobs.ingest.train.SampleVector;
import io.nearstream.jobs.ingest.train.SliceChange;
import io.nearstream.jobs.ingest.version.IndexChangeFormat;
import io.nearstream.jobs.ingest.version.IndexUpdate;
import io.nearstream.jobs.ingest.version.IndexUpdateSerializer;
import io.nearstream.jobs.ingest.version.VersionOperator;
import io.nearstream.jobs.ingest.write.DecodeFunction;
import io.nearstream.jobs.ingest.write.FirstTrainingOperator;
import java.time.Duration;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The ingest dataflow, without sources and sinks: {@code writes -> decode and sign -> version by id
 * -> encode}, and beside it {@code samples, slices -> learn buckets} and {@code heartbeats ->
 * ticks}.
 */
public final class IngestTopology {
    /** Identities of the state in savepoints: never renamed, never reused. */
    public static final String DECODE_UID = "ingest.decode.v1";

    public static final String FIRST_TRAINING_UID = "ingest.first-training.v1";
    public static final String VERSION_UID = "ingest.version.v1";
    public static final String ENCODE_UID = "ingest.encode.v1";
    public static final String LEARN_UID = "ingest.learn.v1";
    public static final String TICK_UID = "ingest.tick.v1";

    /** What the operator of {@link #DECODE_UID} is called. */
    public static final String DECODE_NAME = "Decode and sign";

    /** Nobody waits for samples and slices. */
    private static final long LEARNING_MS = 100;

    private IngestTopology() {}

    /**
     * What flows out of the job.
     *
     * @param changes records of the index changes, Progress among them; the sink must be chained
     * @param deadLetters refused writes
     * @param codebooks generations that were learned, in chunks for the collections topic
     */
    public record Outputs(
            DataStream<OutRecord> changes,
            DataStream<OutRecord> deadLetters,
            DataStream<OutRecord> codebooks) {}

    /**
     * From writes to index changes.
     *
     * @param writes raw records of the vectors topic with the append time as watermark, split by
     *     partition
     * @param backfillUid of the source of rows of files among the writes; empty for none
     * @param changePartitions how many partitions the index changes have
     */
    public static Outputs build(
            DataStream<RawRecord> writes,
            String backfillUid,
            IngestSettings settings,
            CollectionDirectory.Provider directories,
            PartitionCount changePartitions) {
        SingleOutputStreamOperator<IndexChange> decoded =
                writes.process(
                                new DecodeFunction(settings.limits(), directories, backfillUid),
                                IndexChangeSerializer.TYPE)
                        .setParallelism(writes.getParallelism())
                        .setBufferTimeout(LEARNING_MS)
                        .uid(DECODE_UID)
                        .name(DECODE_NAME);
        SingleOutputStreamOperator<IndexUpdate> versioned =
                decoded.transform(
                                "Await first buckets",
                                IndexChangeSerializer.TYPE,
                                new FirstTrainingOperator(
                                        directories, Duration.ofMillis(settings.trainingWaitMs())))
                        .setParallelism(writes.getParallelism())
                        .setBufferTimeout(settings.bufferTimeoutMs())
                        .uid(FIRST_TRAINING_UID)
                        .keyBy(IndexChange::key, RecordKeySerializer.TYPE)
                        .transform(
                                "Version by id",
                                IndexUpdateSerializer.TYPE,
                                new VersionOperator(
                                        settings.tombstoneHorizonMs(),
                                        directories,
                                        settings.directoryPollMs()))
                        .setBufferTimeout(LEARNING_MS)
                        .uid(VERSION_UID);
        SingleOutputStreamOperator<OutRecord> changes =
                versioned
                        .transform(
                                "Encode index change",
                                OutRecordSerializer.TYPE,
                                new EncodeOperator<>(
                                        new IndexChangeFormat(),
                                        settings.progressIntervalMs(),
                                        settings.startedAtSeconds(),
                                        changePartitions))
                        .uid(ENCODE_UID);
        SingleOutputStreamOperator<OutRecord> codebooks =
                decoded.getSideOutput(DecodeFunction.SAMPLES)
                        .keyBy(SampleVector::collectionUid, Types.LONG)
                        .connect(
                                versioned
                                        .getSideOutput(VersionOperator.SLICES)
                                        .keyBy(SliceChange::collectionUid, Types.LONG))
                        .transform(
                                "Learn buckets",
                                OutRecordSerializer.TYPE,
                                new LearnOperator(
                                        directories, settings.life(), settings.directoryPollMs()))
                        .uid(LEARN_UID);
        return new Outputs(changes, decoded.getSideOutput(DecodeFunction.DEAD_LETTERS), codebooks);
    }

    /**
     * From heartbeats, several for each idle time, to ticks for idle partitions of topics.
     *
     * @param ends of the topics' logs
     */
    public static DataStream<OutRecord> ticks(
            DataStream<Long> heartbeats, IngestSettings settings, LogEnds.Provider ends) {
        return heartbeats
                .process(new TickFunction(settings.tickIdleMs(), ends), OutRecordSerializer.TYPE)
                .setParallelism(1)
                .uid(TICK_UID)
                .name("Tick idle partitions");
    }
}
