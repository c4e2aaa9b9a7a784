package io.nearstream.jobs.ingest.keyvalue;

import static io.nearstream.core.keyvalue.KeyValueEntry.NEVER;
import static io.nearstream.jobs.ingest.keyvalue.KeyValueHarness.delete;
import static io.nearstream.jobs.ingest.keyvalue.KeyValueHarness.put;
import static io.nearstream.jobs.ingest.keyvalue.KeyValueHarness.read;
import static io.nearstream.jobs.ingest.keyvalue.KeyValueHarness.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.nearstream.core.keyvalue.Condition;
import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.wire.KeyValueWire;
import io.nearstream.schemas.KeyValueResult;
import io.nearstream.schemas.KeyValueStatus;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.queryablestate.client.state.serialization.KvStateSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class KeyValueOperatorTest {
    private static final long HORIZON = 1_000;

    @Test
    void nobodyReadsFromASubtaskThatIsEnded() throws Exception {
        PublishedState<String, VoidNamespace, KeyValueEntry> published;
        byte[] key =
                KvStateSerializer.serializeKeyAndNamespace(
                        "a",
                        StringSerializer.INSTANCE,
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE);
        try (KeyValueHarness harness = KeyValueHarness.open(HORIZON)) {
            harness.process(put("a", 1, "x"));
            published = harness.operator().published();
            assertThat(live(published, key)).isNotEmpty();
        }
        assertThatThrownBy(() -> live(published, key)).hasMessageContaining("is being ended");
    }

    private static byte[] live(
            PublishedState<String, VoidNamespace, KeyValueEntry> published, byte[] key)
            throws Exception {
        return published.getSerializedValue(
                key,
                published.getKeySerializer(),
                published.getNamespaceSerializer(),
                published.getValueSerializer());
    }

    @Test
    void everyNewStateIsToldOnceAndEveryRequestAnswered() throws Exception {
        try (KeyValueHarness harness = KeyValueHarness.open(HORIZON)) {
            harness.process(put("a", 1, "x"));
            harness.process(put("a", 2, "y", NEVER, Condition.version(version(1))));
            harness.process(put("a", 3, "z", NEVER, Condition.version(version(1))));
            harness.process(read("a", 4));
            harness.process(delete("a", 5));
            harness.process(read("a", 6));

            assertThat(harness.updates())
                    .extracting(
                            KeyValueUpdate::key, u -> u.entry().version(), u -> u.entry().deleted())
                    .containsExactly(
                            tuple("a", version(1), false),
                            tuple("a", version(2), false),
                            tuple("a", version(5), true));
            assertThat(harness.results())
                    .extracting(KeyValueResult::getRequestId, KeyValueResult::getStatus)
                    .containsExactly(
                            tuple("r1", KeyValueStatus.APPLIED),
                            tuple("r2", KeyValueStatus.APPLIED),
                            tuple("r3", KeyValueStatus.CONDITION_FAILED),
                            tuple("r4", KeyValueStatus.FOUND),
                            tuple("r5", KeyValueStatus.APPLIED),
                            tuple("r6", KeyValueStatus.MISSING));
            KeyValueResult failed = harness.results().get(2);
            assertThat(KeyValueWire.version(failed.getState().getVersion())).isEqualTo(version(2));
            assertThat(failed.getState().getValue().remaining()).as("only reads carry it").isZero();
            assertThat(KeyValueWire.entry(harness.results().get(3).getState()).value().value())
                    .asString()
                    .isEqualTo("y");
        }
    }

    @Test
    void replayedWriteChangesNothingAndIsAnsweredAgain() throws Exception {
        try (KeyValueHarness harness = KeyValueHarness.open(HORIZON)) {
            harness.process(put("a", 1, "x"));
            harness.process(delete("a", 2));
            harness.process(put("a", 1, "x"));
            harness.process(delete("a", 2));
            assertThat(harness.updates()).hasSize(2);
            assertThat(harness.results())
                    .extracting(KeyValueResult::getStatus)
                    .containsExactly(
                            KeyValueStatus.APPLIED,
                            KeyValueStatus.APPLIED,
                            KeyValueStatus.CONDITION_FAILED,
                            KeyValueStatus.APPLIED);
        }
    }

    @Test
    void tombstoneOutlivesLateReplaysAndIsThenCollected() throws Exception {
        try (KeyValueHarness harness = KeyValueHarness.open(HORIZON)) {
            harness.process(put("a", 1, "x"));
            harness.process(delete("a", 10));
            harness.watermark(10 + HORIZON - 1);
            harness.process(put("a", 1, "x"));
            assertThat(harness.updates()).hasSize(2);
            assertThat(harness.keys()).isEqualTo(1);
            harness.watermark(10 + HORIZON);
            assertThat(harness.keys()).isZero();
            assertThat(harness.timers()).isZero();
            KeyValueUpdate last = harness.updates().get(2);
            assertThat(last.forgotten()).isTrue();
            assertThat(last.entry().version()).isEqualTo(version(10));
        }
    }

    @Test
    void expiryIsSaidByItsTimerAndCountsFromThenOn() throws Exception {
        try (KeyValueHarness harness = KeyValueHarness.open(HORIZON)) {
            harness.process(put("a", 1, "x", 100, Condition.NONE));
            harness.watermark(99);
            assertThat(harness.updates()).hasSize(1);
            harness.watermark(100);
            KeyValueUpdate expired = harness.updates().get(1);
            assertThat(expired.entry().deleted()).isTrue();
            assertThat(expired.entry().version()).isEqualTo(new Version(100, 0, 1));
            harness.watermark(100 + HORIZON);
            assertThat(harness.keys()).isZero();
        }
    }

    @Test
    void commandThatComesBeforeTheTimerFindsTheSame() throws Exception {
        try (KeyValueHarness harness = KeyValueHarness.open(HORIZON)) {
            harness.process(put("a", 1, "x", 100, Condition.NONE));
            harness.process(read("a", 100));
            harness.process(put("a", 101, "y", NEVER, Condition.ABSENT));
            harness.watermark(5_000);
            assertThat(harness.results())
                    .extracting(KeyValueResult::getStatus)
                    .containsExactly(
                            KeyValueStatus.APPLIED, KeyValueStatus.MISSING, KeyValueStatus.APPLIED);
            assertThat(harness.updates())
                    .extracting(update -> update.entry().deleted())
                    .containsExactly(false, true, false);
            assertThat(harness.timers()).isZero();
        }
    }

    @Test
    void renewedValueOutlivesItsFirstExpiry() throws Exception {
        try (KeyValueHarness harness = KeyValueHarness.open(HORIZON)) {
            harness.process(put("a", 1, "x", 100, Condition.NONE));
            harness.process(put("a", 50, "y", 200, Condition.NONE));
            harness.watermark(150);
            assertThat(harness.updates()).hasSize(2);
            assertThat(harness.timers()).isEqualTo(1);
        }
    }

    @Test
    void restoredOperatorGoesOnWithValuesTombstonesAndTimers() throws Exception {
        OperatorSubtaskState state;
        try (KeyValueHarness harness = KeyValueHarness.open(HORIZON)) {
            harness.process(put("kept", 1, "x"));
            harness.process(put("expiring", 2, "x", 100, Condition.NONE));
            harness.process(delete("deleted", 3));
            state = harness.snapshot(1);
        }
        try (KeyValueHarness harness = KeyValueHarness.restore(HORIZON, state)) {
            harness.process(put("deleted", 2, "late"));
            harness.watermark(100);
            harness.process(read("kept", 101));
            harness.process(read("expiring", 102));
            harness.process(read("deleted", 103));
            assertThat(harness.results())
                    .extracting(KeyValueResult::getStatus)
                    .containsExactly(
                            KeyValueStatus.CONDITION_FAILED,
                            KeyValueStatus.FOUND,
                            KeyValueStatus.MISSING,
                            KeyValueStatus.MISSING);
            harness.watermark(100 + HORIZON);
            assertThat(harness.keys()).isEqualTo(1);
        }
    }

    @Test
    void endOfInputIsNotATime() throws Exception {
        try (KeyValueHarness harness = KeyValueHarness.open(HORIZON)) {
            harness.process(put("a", 1, "x", 100, Condition.NONE));
            harness.watermark(Watermark.MAX_WATERMARK.getTimestamp());
            assertThat(harness.updates()).hasSize(1);
        }
    }

    @Test
    void horizonIsChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KeyValueOperator(0))
                .withMessage("tombstoneHorizonMs must be at least 1, but was 0.");
    }
}
