package io.nearstream.jobs.query.gauge;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.IndexChange;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.BucketOp;
import io.nearstream.jobs.query.testing.Samples;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.StreamFlatMap;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

class SliceFeedTest {
    private static final int RECORDS = 64;
    private static final byte[] VECTOR = new byte[16];

    private final TestingDirectory directory =
            new TestingDirectory().create(Samples.PLACES, 1).create(Samples.WORDS, 1);

    private OneInputStreamOperatorTestHarness<BucketOp, SliceRow> harness() throws Exception {
        OneInputStreamOperatorTestHarness<BucketOp, SliceRow> harness =
                new OneInputStreamOperatorTestHarness<>(
                        new StreamFlatMap<>(new SliceFeed(directory.provider(), RECORDS)),
                        Samples.MAX_PARALLELISM,
                        1,
                        0);
        harness.setup(SliceRowSerializer.INSTANCE);
        return harness;
    }

    static byte[] row(String id, long time) {
        return EntryRow.put(
                id, Samples.version(time), 1, IndexChange.NEVER, List.of(), false, VECTOR);
    }

    private static BucketOp placed(byte[] row) {
        return BucketOp.append(new BucketKey(Samples.PLACES.uid(), 3), 0, row);
    }

    /** What is sent at one level and below is all that is in the slice of a higher one. */
    @Test
    void everyRecordOfTheSliceIsSent() throws Exception {
        try (var harness = harness()) {
            harness.open();
            Set<String> all = new HashSet<>();
            for (int i = 0; i < 3_000; i++) {
                all.add("r" + i);
                harness.processElement(placed(row("r" + i, i)), 0);
            }
            Set<String> sent = new HashSet<>();
            int level = 0;
            for (SliceRow row : harness.extractOutputValues()) {
                sent.add(EntryRow.id(row.row(), 0));
                assertThat(row.level()).isGreaterThanOrEqualTo(level);
                level = row.level();
            }
            int last = level;
            all.removeIf(id -> !SliceRow.isIn(EntryRow.idHash(row(id, 1), 0), last));
            assertThat(sent).containsAll(all);
            assertThat(level).isBetween(4, 6);
            assertThat(sent.size()).isLessThan(900);
        }
    }

    @Test
    void removalsAreSentAndMakeRoom() throws Exception {
        try (var harness = harness()) {
            harness.open();
            for (int i = 0; i < 1_000; i++) {
                harness.processElement(placed(row("r" + i, 2 * i)), 0);
                byte[] removal = EntryRow.removal("r" + i, Samples.version(2 * i + 1));
                harness.processElement(placed(removal), 0);
            }
            assertThat(harness.extractOutputValues())
                    .hasSize(2_000)
                    .allMatch(row -> row.level() == 0);
        }
    }

    @Test
    void levelsOutliveARestore() throws Exception {
        OperatorSubtaskState state;
        try (var harness = harness()) {
            harness.open();
            for (int i = 0; i < 1_000; i++) {
                harness.processElement(placed(row("r" + i, i)), 0);
            }
            state = harness.snapshot(1, 0);
        }
        try (var harness = harness()) {
            harness.initializeState(state);
            harness.open();
            for (int i = 0; i < 100; i++) {
                harness.processElement(placed(row("s" + i, i)), 0);
            }
            assertThat(harness.extractOutputValues())
                    .isNotEmpty()
                    .hasSizeLessThan(50)
                    .allMatch(row -> row.level() >= 2);
        }
    }

    /** A savepoint of a build without the gauge: records were placed that no slice has seen. */
    @Test
    void whatBeganWithoutSlicesSendsNothing() throws Exception {
        OperatorSubtaskState other;
        try (var harness =
                new OneInputStreamOperatorTestHarness<BucketOp, BucketOp>(
                        new StreamFlatMap<>((op, out) -> out.collect(op)))) {
            harness.open();
            other = harness.snapshot(1, 0);
        }
        try (var harness = harness()) {
            harness.initializeState(other);
            harness.open();
            harness.processElement(placed(row("a", 1)), 0);
            assertThat(harness.extractOutputValues()).isEmpty();
        }
    }
}
