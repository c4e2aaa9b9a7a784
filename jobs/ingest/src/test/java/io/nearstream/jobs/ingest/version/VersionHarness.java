package io.nearstream.jobs.ingest.version;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.jobs.common.state.RecordKeySerializer;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

/** Drives {@link VersionOperator}. */
final class VersionHarness {
    private VersionHarness() {}

    static KeyedOneInputStreamOperatorTestHarness<RecordKey, IndexChange, IndexUpdate> open(
            long horizonMs) throws Exception {
        var harness = create(horizonMs);
        harness.open();
        return harness;
    }

    static KeyedOneInputStreamOperatorTestHarness<RecordKey, IndexChange, IndexUpdate> restore(
            long horizonMs, OperatorSubtaskState state) throws Exception {
        var harness = create(horizonMs);
        harness.initializeState(state);
        harness.open();
        return harness;
    }

    private static KeyedOneInputStreamOperatorTestHarness<RecordKey, IndexChange, IndexUpdate>
            create(long horizonMs) throws Exception {
        var harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new VersionOperator(horizonMs), IndexChange::key, RecordKeySerializer.TYPE);
        harness.setup(IndexUpdateSerializer.INSTANCE);
        return harness;
    }

    static List<IndexUpdate> updates(
            KeyedOneInputStreamOperatorTestHarness<RecordKey, IndexChange, IndexUpdate> harness) {
        return harness.extractOutputValues();
    }
}
