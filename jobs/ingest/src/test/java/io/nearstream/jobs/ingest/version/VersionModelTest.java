package io.nearstream.jobs.ingest.version;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.ingest.Samples;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/**
 * Writes, deletes, expiries, replays, restores and a watermark that lags at will, against a model:
 * of each record the newest version counts, and it is live unless deleted or expired.
 */
@SuppressWarnings("try") // the harness closes with "throws Exception"
class VersionModelTest {
    private static final long HORIZON = 100_000;
    private static final int PARTITIONS = 3;
    private static final int IDS = 5;

    @Test
    void newestVersionDecidesHoweverTimersRun() {
        Property.holds(random -> new Trial(random).run());
    }

    private static final class Trial {
        private final SplittableRandom random;
        private final TestingDirectory directory = new TestingDirectory().create(Samples.COLORS, 0);
        private final Map<String, IndexChange> newest = new HashMap<>();
        private final Map<String, IndexUpdate> told = new HashMap<>();
        private final List<IndexChange> sent = new ArrayList<>();
        private final long[] times = {100, 100, 100};
        private final long[] offsets = new long[PARTITIONS];
        private long watermark;
        private KeyedOneInputStreamOperatorTestHarness<RecordKey, IndexChange, IndexUpdate> harness;

        Trial(SplittableRandom random) {
            this.random = random;
        }

        void run() throws Exception {
            harness = VersionHarness.open(HORIZON, directory);
            try {
                for (int step = 0; step < 150; step++) {
                    switch (random.nextInt(10)) {
                        case 0 -> replay();
                        case 1 -> advanceWatermark();
                        case 2 -> restoreSometimes();
                        default -> write();
                    }
                    hear();
                }
                compareLive(times[0] + times[1] + times[2]);
            } finally {
                harness.close();
            }
        }

        private void write() throws Exception {
            String id = "id" + random.nextInt(IDS);
            // An id keeps its partition, as its Kafka key does.
            int partition = id.hashCode() % PARTITIONS;
            times[partition] += random.nextInt(4);
            Version version = new Version(times[partition], partition, offsets[partition]++);
            IndexChange change =
                    random.nextInt(4) == 0
                            ? IndexChange.deleted(new RecordKey(Samples.COLORS.uid(), id), version)
                            : Samples.change(id, version, expiry(version.time()));
            sent.add(change);
            newest.merge(
                    id,
                    change,
                    (before, now) -> now.version().isNewerThan(before.version()) ? now : before);
            harness.processElement(new StreamRecord<>(change));
        }

        private long expiry(long time) {
            return random.nextBoolean() ? IndexChange.NEVER : time + 1 + random.nextInt(20);
        }

        private void replay() throws Exception {
            if (!sent.isEmpty()) {
                IndexChange again = sent.get(random.nextInt(sent.size()));
                harness.processElement(new StreamRecord<>(again));
            }
        }

        private void advanceWatermark() throws Exception {
            long highest = Math.min(times[0], Math.min(times[1], times[2])) - 1;
            if (highest > watermark) {
                watermark += random.nextLong(highest - watermark + 1);
                harness.processWatermark(watermark);
            }
        }

        private void restoreSometimes() throws Exception {
            if (random.nextInt(4) == 0) {
                OperatorSubtaskState state = harness.snapshot(1, 1);
                harness.close();
                harness = VersionHarness.restore(HORIZON, directory, state);
                harness.processWatermark(watermark);
            }
        }

        /** Every update is newer than the one before it of the same record. */
        private void hear() {
            for (IndexUpdate update : VersionHarness.updates(harness)) {
                IndexUpdate before = told.put(update.change().key().id(), update);
                if (before != null) {
                    assertThat(update.change().version()).isGreaterThan(before.change().version());
                }
            }
            harness.getOutput().clear();
        }

        private void compareLive(long now) {
            Set<String> expected = new TreeSet<>();
            newest.forEach(
                    (id, change) -> {
                        if (!change.delete() && change.expiresAt() > now) {
                            expected.add(id + change.version());
                        }
                    });
            Set<String> actual = new TreeSet<>();
            told.forEach(
                    (id, update) -> {
                        IndexChange change = update.change();
                        if (!change.delete() && change.expiresAt() > now) {
                            actual.add(id + change.version());
                        }
                    });
            assertThat(actual).isEqualTo(expected);
        }
    }
}
