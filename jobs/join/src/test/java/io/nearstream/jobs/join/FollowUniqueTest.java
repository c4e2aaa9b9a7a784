package io.nearstream.jobs.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.RecordRef;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.state.IndexChangeSerializer;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class FollowUniqueTest {
    private static final long UID = 7;

    private static KeyedTwoInputStreamOperatorTestHarness<
                    String, IndexChange, JoinChange, IndexChange>
            harness() throws Exception {
        var harness =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new KeyedCoProcessOperator<>(new FollowUnique()),
                        (IndexChange record) -> record.key().id(),
                        (JoinChange decision) -> decision.record().id(),
                        Types.STRING);
        harness.setup(IndexChangeSerializer.INSTANCE);
        return harness;
    }

    private static Version version(long time, long offset) {
        return new Version(time, 0, offset);
    }

    private static IndexChange record(String id, Version version) {
        return new IndexChange(
                new RecordKey(UID, id),
                false,
                version,
                new byte[] {1, 2},
                new int[] {0},
                0,
                0,
                List.of("label"),
                new byte[] {3},
                version.time(),
                IndexChange.NEVER);
    }

    private static JoinChange stays(String id, Version version) {
        return new JoinChange(ref(id, version), false, new byte[0], 0, IndexChange.NEVER);
    }

    private static JoinChange goes(String id, Version version) {
        return JoinChange.deleted(ref(id, version));
    }

    private static RecordRef ref(String id, Version version) {
        return new RecordRef(JoinRule.LEFT, id, version);
    }

    private static List<String> said(
            KeyedTwoInputStreamOperatorTestHarness<?, IndexChange, JoinChange, IndexChange> of) {
        List<String> said =
                of.extractOutputValues().stream()
                        .map(
                                change ->
                                        "%s %s %d/%d %s"
                                                .formatted(
                                                        change.delete() ? "delete" : "put",
                                                        change.key().id(),
                                                        change.version().time(),
                                                        change.version().offset(),
                                                        change.labels()))
                        .toList();
        of.getOutput().clear();
        return said;
    }

    @Test
    void anIdIsFollowedInTheOrderOfItsVersionsOnceBothInputsHavePassedThem() throws Exception {
        try (var harness = harness()) {
            harness.open();
            harness.processElement2(stays("a", version(20, 5)), 20);
            harness.processElement2(goes("a", version(20, 4)), 20);
            harness.processElement2(stays("a", version(10, 2)), 10);
            harness.processElement1(record("a", version(20, 5)), 20);
            harness.processElement1(record("a", version(20, 4)), 20);
            harness.processElement1(record("a", version(10, 2)), 10);
            harness.processWatermark1(new Watermark(30));
            assertThat(said(harness)).as("decisions may come yet").isEmpty();
            harness.processWatermark2(new Watermark(10));
            assertThat(said(harness)).containsExactly("put a 10/2 [label]");
            harness.processWatermark2(new Watermark(30));
            assertThat(said(harness)).containsExactly("delete a 20/4 []", "put a 20/5 [label]");
            assertThat(harness.numKeyedStateEntries()).isZero();
            assertThat(harness.numEventTimeTimers()).isZero();
        }
    }

    @Test
    void aRecordThatNothingIsDecidedOnIsAReplay() throws Exception {
        try (var harness = harness()) {
            harness.open();
            harness.processElement1(record("a", version(10, 2)), 10);
            harness.processElement1(record("a", version(10, 2)), 10);
            harness.processBothWatermarks(new Watermark(10));
            assertThat(said(harness)).isEmpty();
            assertThat(harness.numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void whatWaitsOutlivesARestart() throws Exception {
        OperatorSubtaskState state;
        try (var harness = harness()) {
            harness.open();
            harness.processElement1(record("a", version(10, 2)), 10);
            harness.processElement2(stays("b", version(11, 3)), 11);
            state = harness.snapshot(1, 0);
        }
        try (var harness = harness()) {
            harness.initializeState(state);
            harness.open();
            harness.processElement2(stays("a", version(10, 2)), 10);
            harness.processElement1(record("b", version(11, 3)), 11);
            harness.processBothWatermarks(new Watermark(10));
            assertThat(said(harness)).containsExactly("put a 10/2 [label]");
            harness.processBothWatermarks(new Watermark(11));
            assertThat(said(harness)).containsExactly("put b 11/3 [label]");
        }
    }
}
