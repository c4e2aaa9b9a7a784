package io.nearstream.jobs.ingest.keyvalue;

import io.nearstream.core.keyvalue.KeyValueCommand;
import io.nearstream.core.model.Limits;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.common.wire.RawRecordSerializer;
import io.nearstream.jobs.ingest.sink.PartitionCount;
import io.nearstream.schemas.DeadLetter;
import io.nearstream.schemas.KeyValueCondition;
import io.nearstream.schemas.KeyValueOp;
import io.nearstream.schemas.KeyValueResult;
import io.nearstream.schemas.KeyValueWrite;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;

/** Drives {@link DecodeKeyValueFunction}; the results have four partitions. */
final class DecodeHarness implements AutoCloseable {
    private static final AvroWire WIRE =
            AvroWire.of(DeadLetter.getClassSchema(), KeyValueResult.getClassSchema());

    private final OneInputStreamOperatorTestHarness<RawRecord, KeyValueCommand> harness;

    private DecodeHarness(OneInputStreamOperatorTestHarness<RawRecord, KeyValueCommand> harness) {
        this.harness = harness;
    }

    static DecodeHarness open() throws Exception {
        return open(() -> 4);
    }

    static DecodeHarness open(PartitionCount resultPartitions) throws Exception {
        var harness =
                new OneInputStreamOperatorTestHarness<>(
                        new ProcessOperator<>(
                                new DecodeKeyValueFunction(Limits.DEFAULT, resultPartitions)),
                        RawRecordSerializer.INSTANCE);
        harness.setup(KeyValueCommandSerializer.INSTANCE);
        harness.open();
        return new DecodeHarness(harness);
    }

    static KeyValueWrite put(String value) {
        return new KeyValueWrite(
                KeyValueOp.PUT,
                ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)),
                null,
                KeyValueCondition.NONE,
                null,
                null,
                null,
                null);
    }

    void process(String key, KeyValueWrite write, int partition, long offset, long time)
            throws Exception {
        process(
                new RawRecord(
                        TopicNames.KV_WRITES,
                        partition,
                        offset,
                        time,
                        key.getBytes(StandardCharsets.UTF_8),
                        AvroWire.encode(write),
                        false));
    }

    void process(byte[] key, byte[] value, long time) throws Exception {
        process(new RawRecord(TopicNames.KV_WRITES, 0, time, time, key, value, false));
    }

    void processTombstone(String key, long time) throws Exception {
        process(
                new RawRecord(
                        TopicNames.KV_WRITES,
                        0,
                        time,
                        time,
                        key.getBytes(StandardCharsets.UTF_8),
                        new byte[0],
                        true));
    }

    private void process(RawRecord raw) throws Exception {
        harness.processElement(new StreamRecord<>(raw));
    }

    List<KeyValueCommand> commands() {
        return harness.extractOutputValues();
    }

    List<DeadLetter> deadLetters() throws UndecodableException {
        return decoded(DecodeKeyValueFunction.DEAD_LETTERS, DeadLetter.class);
    }

    DeadLetter lastDead() throws UndecodableException {
        List<DeadLetter> letters = deadLetters();
        return letters.get(letters.size() - 1);
    }

    List<KeyValueResult> refused() throws UndecodableException {
        return decoded(DecodeKeyValueFunction.REFUSED, KeyValueResult.class);
    }

    private <T extends SpecificRecordBase> List<T> decoded(OutputTag<OutRecord> tag, Class<T> type)
            throws UndecodableException {
        List<T> values = new ArrayList<>();
        Queue<StreamRecord<OutRecord>> records = harness.getSideOutput(tag);
        if (records != null) {
            for (StreamRecord<OutRecord> record : records) {
                values.add(type.cast(WIRE.decode(record.getValue().value())));
            }
        }
        return values;
    }

    @Override
    public void close() throws Exception {
        harness.close();
    }
}
