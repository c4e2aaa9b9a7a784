package io.nearstream.jobs.ingest.keyvalue;

import io.nearstream.core.keyvalue.Condition;
import io.nearstream.core.keyvalue.KeyValueCommand;
import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.core.keyvalue.StoredValue;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.keyvalue.KeyValueState;
import io.nearstream.schemas.KeyValueResult;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/** Drives {@link KeyValueOperator}: a log of one partition in which offset and time are one. */
final class KeyValueHarness implements AutoCloseable {
    private static final AvroWire RESULTS = AvroWire.of(KeyValueResult.getClassSchema());

    private final KeyedOneInputStreamOperatorTestHarness<String, KeyValueCommand, KeyValueUpdate>
            harness;

    private KeyValueHarness(
            KeyedOneInputStreamOperatorTestHarness<String, KeyValueCommand, KeyValueUpdate>
                    harness) {
        this.harness = harness;
    }

    static KeyValueHarness open(long horizonMs) throws Exception {
        KeyValueHarness opened = create(horizonMs);
        opened.harness.open();
        return opened;
    }

    static KeyValueHarness restore(long horizonMs, OperatorSubtaskState state) throws Exception {
        KeyValueHarness restored = create(horizonMs);
        restored.harness.initializeState(state);
        restored.harness.open();
        return restored;
    }

    private static KeyValueHarness create(long horizonMs) throws Exception {
        var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KeyValueOperator(horizonMs),
                        KeyValueCommand::key,
                        KeyValueState.KEY_TYPE);
        harness.setup(KeyValueUpdateSerializer.INSTANCE);
        return new KeyValueHarness(harness);
    }

    KeyValueOperator operator() {
        return (KeyValueOperator) harness.getOperator();
    }

    void process(KeyValueCommand command) throws Exception {
        harness.processElement(new StreamRecord<>(command));
    }

    void watermark(long time) throws Exception {
        harness.processWatermark(time);
    }

    OperatorSubtaskState snapshot(long id) throws Exception {
        return harness.snapshot(id, id);
    }

    List<KeyValueUpdate> updates() {
        return harness.extractOutputValues();
    }

    List<KeyValueResult> results() throws UndecodableException {
        List<KeyValueResult> results = new ArrayList<>();
        Queue<StreamRecord<OutRecord>> records = harness.getSideOutput(KeyValueOperator.RESULTS);
        if (records != null) {
            for (StreamRecord<OutRecord> record : records) {
                results.add((KeyValueResult) RESULTS.decode(record.getValue().value()));
            }
        }
        return results;
    }

    /** Keys of which something is kept. */
    long keys() {
        KeyValueOperator operator = (KeyValueOperator) harness.getOneInputOperator();
        try (Stream<String> keys =
                operator.<String>getKeyedStateBackend()
                        .getKeys(KeyValueState.STATE_NAME, VoidNamespace.INSTANCE)) {
            return keys.count();
        }
    }

    int timers() {
        return harness.numEventTimeTimers();
    }

    @Override
    public void close() throws Exception {
        harness.close();
    }

    static Version version(long time) {
        return new Version(time, 0, time);
    }

    static KeyValueCommand put(String key, long time, String value) {
        return put(key, time, value, KeyValueEntry.NEVER, Condition.NONE);
    }

    static KeyValueCommand put(
            String key, long time, String value, long expiresAt, Condition condition) {
        return command(KeyValueCommand.Op.PUT, key, time, value, expiresAt, condition);
    }

    static KeyValueCommand delete(String key, long time) {
        return command(
                KeyValueCommand.Op.DELETE, key, time, "", KeyValueEntry.NEVER, Condition.NONE);
    }

    static KeyValueCommand read(String key, long time) {
        return command(KeyValueCommand.Op.READ, key, time, "", KeyValueEntry.NEVER, Condition.NONE);
    }

    private static KeyValueCommand command(
            KeyValueCommand.Op op,
            String key,
            long time,
            String value,
            long expiresAt,
            Condition condition) {
        return new KeyValueCommand(
                op,
                key,
                version(time),
                StoredValue.raw(value.getBytes(StandardCharsets.UTF_8)),
                time,
                expiresAt,
                condition,
                "r" + time,
                3);
    }
}
