package io.nearstream.jobs.ingest.keyvalue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.keyvalue.Condition;
import io.nearstream.core.keyvalue.KeyValueCommand;
import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.schemas.KeyValueResult;
import io.nearstream.schemas.KeyValueStatus;
import io.nearstream.testing.Property;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/**
 * Random commands, a watermark that lags at will, and failures that restore a snapshot and replay
 * the log behind it, against a plain map: every answer is the map's, and a replay repeats it.
 */
@SuppressWarnings("try") // the harness closes with "throws Exception"
class KeyValueModelTest {
    private static final long HORIZON = 60;
    private static final int KEYS = 4;

    @Test
    void answersAreThoseOfAMapHoweverTimersRunAndTasksFail() {
        Property.holds(300, random -> new Trial(random).run());
    }

    private record Value(String text, long version, long expiresAt) {}

    private record Step(KeyValueCommand command, KeyValueStatus status, String text) {}

    private static final class Trial {
        private final SplittableRandom random;
        private final Map<String, Value> model = new HashMap<>();
        private final List<Step> log = new ArrayList<>();
        private KeyValueHarness harness;
        private OperatorSubtaskState snapshot;
        private int snapshotAt;
        private int answered;
        private long time = 100;
        private long watermark;
        private long snapshots;

        Trial(SplittableRandom random) {
            this.random = random;
        }

        void run() throws Exception {
            harness = KeyValueHarness.open(HORIZON);
            snapshot = harness.snapshot(0);
            try {
                for (int step = 0; step < 120; step++) {
                    switch (random.nextInt(12)) {
                        case 0 -> advanceWatermark();
                        case 1 -> takeSnapshot();
                        case 2 -> fail();
                        default -> command();
                    }
                }
            } finally {
                harness.close();
            }
        }

        private void advanceWatermark() throws Exception {
            watermark = random.nextLong(watermark, time + 1);
            harness.watermark(watermark);
        }

        private void takeSnapshot() throws Exception {
            snapshot = harness.snapshot(++snapshots);
            snapshotAt = log.size();
        }

        /** What was read behind the snapshot is read again; time starts over, too. */
        private void fail() throws Exception {
            harness.close();
            harness = KeyValueHarness.restore(HORIZON, snapshot);
            answered = 0;
            watermark = 0;
            for (Step step : log.subList(snapshotAt, log.size())) {
                harness.process(step.command());
                compare(step);
            }
        }

        private void command() throws Exception {
            time += 1 + random.nextInt(20);
            String key = "k" + random.nextInt(KEYS);
            Value before = model.get(key);
            if (before != null && before.expiresAt() <= time) {
                model.remove(key);
                before = null;
            }
            Step step =
                    switch (random.nextInt(4)) {
                        case 0 -> read(key, before);
                        case 1 -> delete(key);
                        default -> put(key, before);
                    };
            log.add(step);
            harness.process(step.command());
            compare(step);
        }

        private Step read(String key, Value before) {
            return new Step(
                    KeyValueHarness.read(key, time),
                    before == null ? KeyValueStatus.MISSING : KeyValueStatus.FOUND,
                    before == null ? "" : before.text());
        }

        private Step delete(String key) {
            model.remove(key);
            return new Step(KeyValueHarness.delete(key, time), KeyValueStatus.APPLIED, "");
        }

        private Step put(String key, Value before) {
            Condition condition =
                    switch (random.nextInt(3)) {
                        case 0 -> Condition.ABSENT;
                        case 1 ->
                                Condition.version(
                                        KeyValueHarness.version(
                                                before == null || random.nextInt(3) == 0
                                                        ? time - 1
                                                        : before.version()));
                        default -> Condition.NONE;
                    };
            boolean holds =
                    switch (condition.kind()) {
                        case NONE -> true;
                        case ABSENT -> before == null;
                        case VERSION ->
                                before != null && before.version() == condition.version().time();
                    };
            long expiresAt =
                    random.nextInt(3) == 0 ? time + 1 + random.nextInt(50) : KeyValueEntry.NEVER;
            String text = "v" + time;
            if (holds) {
                model.put(key, new Value(text, time, expiresAt));
            }
            return new Step(
                    KeyValueHarness.put(key, time, text, expiresAt, condition),
                    holds ? KeyValueStatus.APPLIED : KeyValueStatus.CONDITION_FAILED,
                    "");
        }

        private void compare(Step step) throws Exception {
            List<KeyValueResult> results = harness.results();
            assertThat(results).hasSize(answered + 1);
            KeyValueResult result = results.get(answered++);
            assertThat(result.getRequestId()).isEqualTo(step.command().requestId());
            assertThat(result.getStatus()).as("%s", step).isEqualTo(step.status());
            if (step.status() == KeyValueStatus.FOUND) {
                byte[] value = new byte[result.getState().getValue().remaining()];
                result.getState().getValue().get(value);
                assertThat(new String(value, StandardCharsets.UTF_8)).isEqualTo(step.text());
            }
        }
    }
}
