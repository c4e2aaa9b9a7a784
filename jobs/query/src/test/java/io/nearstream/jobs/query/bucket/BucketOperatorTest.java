package io.nearstream.jobs.query.bucket;

import static io.nearstream.jobs.query.testing.Counters.count;
import static io.nearstream.jobs.query.testing.Counters.gauge;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.BucketOp;
import io.nearstream.jobs.query.message.FetchRequest;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.route.Owners;
import io.nearstream.jobs.query.testing.Samples;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class BucketOperatorTest {
    private static final int[] CELLS = Samples.PLACES_1.all();
    private static final Owners OWNERS = new Owners(Samples.MAX_PARALLELISM);

    private static int[] owned(int parallelism, int subtask) {
        return IntStream.of(CELLS)
                .filter(
                        cell ->
                                OWNERS.subtask(new BucketKey(Places.UID, cell), parallelism)
                                        == subtask)
                .toArray();
    }

    @Test
    void shareCoversTheKeyGroupsOfTheSubtaskAndSaysWhatItCost() throws Exception {
        try (BucketHarness buckets = BucketHarness.open(Places.learned(), 2, 1)) {
            int cell = owned(2, 1)[0];
            buckets.append(Places.UID, cell, Places.row("a", 1));
            buckets.append(Places.UID, cell, Places.row("b", 2));
            buckets.watermark(77);
            buckets.probe(Probes.routed(Places.UID, 1, Places.VECTOR, cell).build());
            Partial share = buckets.shares().get(0);
            assertThat(share.fromSlot()).isEqualTo(64);
            assertThat(share.toSlot()).isEqualTo(127);
            assertThat(share.bucketsVisited()).isEqualTo(1);
            assertThat(share.vectorsScored()).isEqualTo(2);
            assertThat(share.misrouted()).isZero();
            assertThat(share.asOf()).isEqualTo(77);
            assertThat(Places.ids(share)).containsExactly("a", "b");
            assertThat(count(buckets.flink(), "bucketsVisited")).isEqualTo(1);
            assertThat(count(buckets.flink(), "vectorsScored")).isEqualTo(2);
        }
    }

    /** The merge says that the share is missing; a share of some buckets would look complete. */
    @Test
    void visitEndsWithoutAShareOnceItsDeadlineHasPassed() throws Exception {
        try (BucketHarness buckets = BucketHarness.open(Places.learned())) {
            buckets.append(Places.UID, CELLS[0], Places.row("a", 1));
            buckets.flink().setProcessingTime(500);
            buckets.probe(
                    Probes.routed(Places.UID, 1, Places.VECTOR, CELLS[0]).deadlineAt(500).build());
            assertThat(buckets.shares()).isEmpty();
            assertThat(count(buckets.flink(), "visitsEndedLate")).isEqualTo(1);
            buckets.probe(
                    Probes.routed(Places.UID, 1, Places.VECTOR, CELLS[0]).deadlineAt(501).build());
            assertThat(Places.ids(buckets.shares().get(0))).containsExactly("a");
        }
    }

    /** Of equally far ones the lowest ids are hits, wherever they lie in the log. */
    @Test
    void tiesAtTheLastHitGoToTheLowestIds() throws Exception {
        try (BucketHarness buckets = BucketHarness.open(Places.learned())) {
            for (String id : List.of("q", "c", "x", "a", "m", "b", "z")) {
                buckets.append(Places.UID, CELLS[0], Places.row(id, 1));
            }
            byte[] far = Vectors.fromFloats(.4f, .3f, .2f, .1f);
            buckets.append(
                    Places.UID,
                    CELLS[0],
                    EntryRow.put(
                            "0", Samples.version(2), 1, IndexChange.NEVER, List.of(), false, far));
            buckets.probe(Probes.routed(Places.UID, 1, Places.VECTOR, CELLS[0]).limit(4).build());
            assertThat(Places.ids(buckets.shares().get(0))).containsExactly("a", "b", "c", "m");
        }
    }

    /** An older version of a record that is met first takes no place from others. */
    @Test
    void olderVersionThatIsMetFirstHidesNobody() throws Exception {
        CollectionSettings wide =
                CollectionSettings.learned("wide", 0x77L, 16, Metric.L2, Encoding.FLOAT32);
        TestingDirectory directory = new TestingDirectory().create(wide, 10);
        directory.publish(wide, Samples.train(wide), 20);
        try (BucketHarness buckets = BucketHarness.open(directory)) {
            byte[] query = wideVector(0);
            buckets.append(wide.uid(), 0, wideRow("moving", 1, wideVector(.1f)));
            buckets.append(wide.uid(), 0, wideRow("near", 1, wideVector(.2f)));
            buckets.append(wide.uid(), 1, wideRow("moving", 2, wideVector(5)));
            buckets.append(wide.uid(), 1, wideRow("far", 1, wideVector(6)));
            for (int i = 0; i < 3; i++) { // rows are coded from the second time on
                buckets.probe(Probes.routed(wide.uid(), 1, query, 0, 1).limit(3).build());
                Partial share = buckets.shares().get(0);
                assertThat(Places.ids(share)).containsExactly("near", "moving", "far");
                assertThat(share.vectorsScored()).isEqualTo(3);
            }
        }
    }

    private static byte[] wideVector(float first) {
        float[] values = new float[16];
        values[0] = first;
        values[1] = 1;
        return Vectors.fromFloats(values);
    }

    private static byte[] wideRow(String id, long time, byte[] vector) {
        return EntryRow.put(
                id, Samples.version(time), 1, IndexChange.NEVER, List.of(), false, vector);
    }

    @Test
    void bucketsOfOtherSubtasksAreCountedAndHarmNothing() throws Exception {
        try (BucketHarness buckets = BucketHarness.open(Places.learned(), 2, 0)) {
            int mine = owned(2, 0)[0];
            buckets.append(Places.UID, mine, Places.row("a", 1));
            buckets.probe(Probes.routed(Places.UID, 1, Places.VECTOR, CELLS).build());
            Partial share = buckets.shares().get(0);
            assertThat(share.misrouted()).isEqualTo(owned(2, 1).length).isPositive();
            assertThat(share.bucketsVisited()).isEqualTo(owned(2, 0).length);
            assertThat(Places.ids(share)).containsExactly("a");
            assertThat(count(buckets.flink(), "bucketsMisrouted")).isEqualTo(share.misrouted());
        }
    }

    /** Copies lie in several cells: of each id one is scored, the newest. */
    @Test
    void copiesOfARecordAreScoredOnce() throws Exception {
        try (BucketHarness buckets = BucketHarness.open(Places.learned())) {
            buckets.append(Places.UID, 1, Places.row("a", 1));
            buckets.append(Places.UID, 2, Places.row("a", 3));
            buckets.append(Places.UID, 4, Places.row("a", 2));
            buckets.probe(Probes.exhaustive(Places.UID, Places.VECTOR).build());
            Partial share = buckets.shares().get(0);
            assertThat(share.vectorsScored()).isEqualTo(1);
            assertThat(EntryRow.time(share.answers().get(0).hits().get(0).row(), 0)).isEqualTo(3);
        }
    }

    @Test
    void vectorsTravelOnlyWhenAskedFor() throws Exception {
        try (BucketHarness buckets = BucketHarness.open(Places.learned())) {
            buckets.append(Places.UID, 1, Places.row("a", 1));
            buckets.probe(Probes.exhaustive(Places.UID, Places.VECTOR).withVectors().build());
            assertThat(buckets.shares().get(0).answers().get(0).hits().get(0).row())
                    .isEqualTo(Places.row("a", 1));
            buckets.probe(Probes.exhaustive(Places.UID, Places.VECTOR).build());
            assertThat(buckets.shares().get(0).answers().get(0).hits().get(0).row())
                    .hasSize(Places.row("a", 1).length - Places.VECTOR.length);
        }
    }

    @Test
    void fetchAnswersUnderItsOrdinal() throws Exception {
        try (BucketHarness buckets = BucketHarness.open(Places.learned())) {
            BucketKey home = new BucketKey(Places.UID, 1);
            byte[] expiring =
                    EntryRow.put("e", Samples.version(1), 1, 100, List.of(), false, Places.VECTOR);
            buckets.append(Places.UID, 1, Places.row("a", 1));
            buckets.append(Places.UID, 1, expiring);
            buckets.op(BucketOp.fetch(home, 1, fetch("a", 0, 0)));
            buckets.op(BucketOp.fetch(home, 1, fetch("e", 1, 99)));
            buckets.op(BucketOp.fetch(home, 1, fetch("e", 2, 100)));
            buckets.op(BucketOp.missing(home, 1, fetch("x", 3, 0)));
            List<Partial> shares = buckets.shares();
            assertThat(shares).extracting(Partial::fromSlot).containsExactly(0, 1, 2, 3);
            assertThat(shares).extracting(Partial::toSlot).containsExactly(0, 1, 2, 3);
            assertThat(shares)
                    .extracting(Places::ids)
                    .containsExactly(List.of("a"), List.of("e"), List.of(), List.of());
            assertThat(shares)
                    .extracting(share -> share.answers().get(0).ordinal())
                    .containsExactly(0, 1, 2, 3);
        }
    }

    private static FetchRequest fetch(String id, int ordinal, long appendTime) {
        RecordKey record = new RecordKey(Places.UID, id);
        return new FetchRequest(
                new ProbeKey(0, 1), ordinal, record, appendTime, Long.MIN_VALUE, true);
    }

    @Test
    void rowsThatWaitOnTheHeapStayWithinTheirBound() throws Exception {
        try (BucketHarness buckets = BucketHarness.open(Places.learned())) {
            long most = 0;
            for (int i = 0; i < 2_000; i++) {
                buckets.append(Places.UID, i % 12, Places.row("id" + i, i));
                most = Math.max(most, gauge(buckets.flink(), "tailBytes"));
            }
            assertThat(most).isPositive().isLessThan(BucketHarness.TAIL_BYTES);
            buckets.snapshot(1);
            assertThat(gauge(buckets.flink(), "tailBytes")).isZero();
            buckets.probe(Probes.exhaustive(Places.UID, Places.VECTOR).build());
            assertThat(buckets.shares().get(0).vectorsScored()).isBetween(1_980L, 2_020L);
        }
    }
}
