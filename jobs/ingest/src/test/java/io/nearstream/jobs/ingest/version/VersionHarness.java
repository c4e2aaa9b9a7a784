package io.nearstream.jobs.ingest.version;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.jobs.common.state.RecordKeySerializer;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.ingest.Samples;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/** Drives {@link VersionOperator}. */
final class VersionHarness {
    static final long POLL_MS = 20;

    private VersionHarness() {}

    static KeyedOneInputStreamOperatorTestHarness<RecordKey, IndexChange, IndexUpdate> open(
            long horizonMs) throws Exception {
        return open(horizonMs, new TestingDirectory().create(Samples.COLORS, 0));
    }

    static KeyedOneInputStreamOperatorTestHarness<RecordKey, IndexChange, IndexUpdate> open(
            long horizonMs, TestingDirectory directory) throws Exception {
        return open(horizonMs, directory, new HashMapStateBackend());
    }

    static KeyedOneInputStreamOperatorTestHarness<RecordKey, IndexChange, IndexUpdate> open(
            long horizonMs, TestingDirectory directory, StateBackend backend) throws Exception {
        var harness = create(horizonMs, directory);
        harness.setStateBackend(backend);
        harness.open();
        return harness;
    }

    /** Keys that have a record in the state. */
    static long keys(
            KeyedOneInputStreamOperatorTestHarness<RecordKey, IndexChange, IndexUpdate> harness) {
        VersionOperator operator = (VersionOperator) harness.getOneInputOperator();
        try (Stream<RecordKey> keys =
                operator.<RecordKey>getKeyedStateBackend()
                        .getKeys(VersionOperator.RECORD.getName(), VoidNamespace.INSTANCE)) {
            return keys.count();
        }
    }

    static KeyedOneInputStreamOperatorTestHarness<RecordKey, IndexChange, IndexUpdate> restore(
            long horizonMs, OperatorSubtaskState state) throws Exception {
        return restore(horizonMs, new TestingDirectory().create(Samples.COLORS, 0), state);
    }

    static KeyedOneInputStreamOperatorTestHarness<RecordKey, IndexChange, IndexUpdate> restore(
            long horizonMs, TestingDirectory directory, OperatorSubtaskState state)
            throws Exception {
        var harness = create(horizonMs, directory);
        harness.initializeState(state);
        harness.open();
        return harness;
    }

    private static KeyedOneInputStreamOperatorTestHarness<RecordKey, IndexChange, IndexUpdate>
            create(long horizonMs, TestingDirectory directory) throws Exception {
        var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new VersionOperator(horizonMs, directory.provider(), POLL_MS),
                        IndexChange::key,
                        RecordKeySerializer.TYPE);
        harness.setup(IndexUpdateSerializer.INSTANCE);
        return harness;
    }

    static List<IndexUpdate> updates(
            KeyedOneInputStreamOperatorTestHarness<RecordKey, IndexChange, IndexUpdate> harness) {
        return harness.extractOutputValues();
    }
}
