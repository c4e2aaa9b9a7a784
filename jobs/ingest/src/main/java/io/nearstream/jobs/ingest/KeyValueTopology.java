package io.nearstream.jobs.ingest;

import io.nearstream.core.keyvalue.KeyValueCommand;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.common.keyvalue.KeyValueState;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.ingest.keyvalue.DecodeKeyValueFunction;
import io.nearstream.jobs.ingest.keyvalue.KeyValueChangeFormat;
import io.nearstream.jobs.ingest.keyvalue.KeyValueCommandSerializer;
import io.nearstream.jobs.ingest.keyvalue.KeyValueOperator;
import io.nearstream.jobs.ingest.keyvalue.KeyValueUpdate;
import io.nearstream.jobs.ingest.keyvalue.KeyValueUpdateSerializer;
import io.nearstream.jobs.ingest.sink.EncodeOperator;
import io.nearstream.jobs.ingest.sink.PartitionCount;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The key-value dataflow, without sources and sinks: {@code requests -> decode -> state by key ->
 * encode}. A part of the ingest job: writes of both kinds enter through it.
 */
public final class KeyValueTopology {
    /** Identities of the state in savepoints: never renamed, never reused. */
    public static final String DECODE_UID = "ingest.kv-decode.v1";

    public static final String STATE_UID = "ingest.kv-state.v1";
    public static final String ENCODE_UID = "ingest.kv-encode.v1";

    private KeyValueTopology() {}

    /**
     * What flows out of the job.
     *
     * @param changes records of the key-value changes, Progress among them; the sink must be
     *     chained
     * @param results answers of commands
     * @param refused answers to requests that are not valid
     * @param deadLetters requests that are not valid and cannot be answered
     */
    public record Outputs(
            DataStream<OutRecord> changes,
            DataStream<OutRecord> results,
            DataStream<OutRecord> refused,
            DataStream<OutRecord> deadLetters) {}

    /**
     * From requests to changes and answers.
     *
     * @param requests raw records of the key-value writes with the append time as watermark, split
     *     by partition
     * @param resultPartitions how many partitions the answers have
     * @param changePartitions how many partitions the changes have
     */
    public static Outputs build(
            DataStream<RawRecord> requests,
            IngestSettings settings,
            PartitionCount resultPartitions,
            PartitionCount changePartitions) {
        SingleOutputStreamOperator<KeyValueCommand> decoded =
                requests.process(
                                new DecodeKeyValueFunction(settings.limits(), resultPartitions),
                                KeyValueCommandSerializer.TYPE)
                        .setParallelism(requests.getParallelism())
                        .setBufferTimeout(settings.bufferTimeoutMs())
                        .uid(DECODE_UID)
                        .name("Decode keys");
        SingleOutputStreamOperator<KeyValueUpdate> updates =
                decoded.keyBy(KeyValueCommand::key, KeyValueState.KEY_TYPE)
                        .transform(
                                "Keep keys",
                                KeyValueUpdateSerializer.TYPE,
                                new KeyValueOperator(settings.tombstoneHorizonMs()))
                        .uid(STATE_UID);
        SingleOutputStreamOperator<OutRecord> changes =
                updates.transform(
                                "Encode key",
                                OutRecordSerializer.TYPE,
                                new EncodeOperator<>(
                                        new KeyValueChangeFormat(),
                                        settings.progressIntervalMs(),
                                        settings.startedAtSeconds(),
                                        changePartitions))
                        .uid(ENCODE_UID);
        return new Outputs(
                changes,
                updates.getSideOutput(KeyValueOperator.RESULTS),
                decoded.getSideOutput(DecodeKeyValueFunction.REFUSED),
                decoded.getSideOutput(DecodeKeyValueFunction.DEAD_LETTERS));
    }
}
