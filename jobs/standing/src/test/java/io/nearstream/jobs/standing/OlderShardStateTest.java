package io.nearstream.jobs.standing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.ShardStore;
import io.nearstream.core.standing.StandingShard;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** State in which answers had a row each goes on, and is rewritten as pages. */
class OlderShardStateTest {
    private static final int KEY_GROUPS = 16;
    private static final String RECORD =
            "0100000000000000000000000100000002000000000000000300000000000000090000000000000001000161000000020506";
    private static final String QUERY =
            "0100000000000000010000000200000000000000030000000000000001000000020000000000000003000000000000000500000007402000000000000000000009000000010001610000000000000000000000020506";
    private static final String ANSWER =
            "0100000000000000010000000000000002000000018000000000000000010000000000000000000000000001000000000000000000000000";
    private static final ShardSettings SETTINGS =
            new ShardSettings(
                    new KeptCollection("kept", 7, Metric.L2, Encoding.UINT8, 2),
                    new ShardKeys(1, KEY_GROUPS),
                    new byte[0],
                    10,
                    10,
                    10,
                    64 << 10);
    private static final int KEY = SETTINGS.shards().key(0);

    /** Writes what an older operator did. */
    private static final class OlderOperator extends AbstractStreamOperator<Difference>
            implements TwoInputStreamOperator<ShardChange, ShardRegistration, Difference> {
        private static final long serialVersionUID = 1L;

        @Override
        public void snapshotState(StateSnapshotContext context) throws Exception {
            super.snapshotState(context);
            setCurrentKey(KEY);
            ShardState state = new ShardState(this::keyed);
            StandingShard empty =
                    new StandingShard(SETTINGS.rules(new byte[0]), 1, difference -> {});
            state.write(empty, new byte[0], SETTINGS.origin());
            HexFormat hex = HexFormat.of();
            state.put(ShardStore.Part.RECORDS, "a", hex.parseHex(RECORD));
            state.put(ShardStore.Part.QUERIES, "s/q", hex.parseHex(QUERY));
            state.put(ShardStore.Part.ANSWERS, "s/q", hex.parseHex(ANSWER));
        }

        private <S extends State> S keyed(StateDescriptor<S, ?> descriptor) throws Exception {
            return getPartitionedState(
                    VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, descriptor);
        }

        @Override
        public void processElement1(StreamRecord<ShardChange> element) {
            throw new IllegalStateException("Nothing comes: " + element);
        }

        @Override
        public void processElement2(StreamRecord<ShardRegistration> element) {
            throw new IllegalStateException("Nothing comes: " + element);
        }
    }

    private static KeyedTwoInputStreamOperatorTestHarness<
                    Integer, ShardChange, ShardRegistration, Difference>
            open(
                    TwoInputStreamOperator<ShardChange, ShardRegistration, Difference> operator,
                    List<OperatorSubtaskState> from)
                    throws Exception {
        var harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        operator,
                        ShardChange::shard,
                        ShardRegistration::shard,
                        Types.INT,
                        KEY_GROUPS,
                        1,
                        0);
        harness.setup(DifferenceSerializer.INSTANCE);
        for (OperatorSubtaskState state : from) {
            harness.initializeState(state);
        }
        harness.open();
        return harness;
    }

    @Test
    void itGoesOnAndIsRewritten() throws Exception {
        OperatorSubtaskState older;
        try (var harness = open(new OlderOperator(), List.of())) {
            older = harness.snapshot(1, 0);
        }
        OperatorSubtaskState rewritten;
        try (var harness = open(new ShardOperator(SETTINGS), List.of(older))) {
            int before = harness.numKeyedStateEntries();
            rewritten = harness.snapshot(2, 0);
            assertThat(harness.numKeyedStateEntries())
                    .as("a page for the row of its own of the only query")
                    .isEqualTo(before);
            assertDeleteIsTold(harness);
        }
        try (var harness = open(new ShardOperator(SETTINGS), List.of(rewritten))) {
            assertDeleteIsTold(harness);
        }
    }

    private static void assertDeleteIsTold(
            KeyedTwoInputStreamOperatorTestHarness<
                            Integer, ShardChange, ShardRegistration, Difference>
                    harness)
            throws Exception {
        IndexChange delete = IndexChange.deleted(new RecordKey(7, "a"), new Version(3, 0, 0));
        harness.processElement1(new ShardChange(KEY, delete), 0);
        harness.processWatermark1(new Watermark(3));
        assertThat(harness.extractOutputValues())
                .extracting(Difference::kind, Difference::sequence, Difference::removed)
                .containsExactly(tuple(Difference.Kind.CHANGE, 2L, List.of("a")));
    }
}
