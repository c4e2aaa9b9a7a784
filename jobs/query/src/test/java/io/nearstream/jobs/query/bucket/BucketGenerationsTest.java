package io.nearstream.jobs.query.bucket;

import static io.nearstream.jobs.query.testing.Counters.gauge;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.BucketOp;
import io.nearstream.jobs.query.testing.Samples;
import org.junit.jupiter.api.Test;

/** Which buckets count as a collection is learned, and when it is gone. */
@SuppressWarnings("try") // the harness closes with "throws Exception"
class BucketGenerationsTest {
    @Test
    void probeOfAnUnknownOrDroppedCollectionGetsAnEmptyShare() throws Exception {
        TestingDirectory directory = Places.learned();
        try (BucketHarness buckets = BucketHarness.open(directory)) {
            buckets.append(Places.UID, 0, Places.row("a", 1));
            directory.drop(Samples.PLACES, 30);
            buckets.probe(Probes.exhaustive(Places.UID, Places.VECTOR).build());
            buckets.probe(Probes.exhaustive(99, Places.VECTOR).build());
            assertThat(buckets.shares())
                    .hasSize(2)
                    .allMatch(share -> share.answers().isEmpty() && share.toSlot() == 127);
        }
    }

    @Test
    void nothingIsKeptOfADroppedCollection() throws Exception {
        TestingDirectory directory = Places.learned();
        try (BucketHarness buckets = BucketHarness.open(directory)) {
            buckets.append(Places.UID, 0, Places.row("a", 1));
            buckets.snapshot(1);
            buckets.append(Places.UID, 1, Places.row("b", 2));
            directory.drop(Samples.PLACES, 30);
            buckets.pass(10 * BucketHarness.POLL_MS);
            buckets.append(Places.UID, 2, Places.row("late", 3));
            assertThat(gauge(buckets.flink(), "tailBytes")).isZero();
            buckets.snapshot(2);
            directory.create(Samples.PLACES, 40);
            buckets.pass(10 * BucketHarness.POLL_MS);
            buckets.probe(Probes.exhaustive(Places.UID, Places.VECTOR).build());
            assertThat(Places.ids(buckets.shares().get(0))).isEmpty();
        }
    }

    @Test
    void olderBucketsAreVisitedWhileTheyMayHoldEntries() throws Exception {
        try (BucketHarness buckets = BucketHarness.open(Places.learned())) {
            buckets.append(Places.UID, 3, Places.row("cell", 1));
            buckets.append(Places.UID, -7, Places.row("flat", 1));
            buckets.probe(Probes.routed(Places.UID, 1, Places.VECTOR, 3).build());
            buckets.probe(Probes.routed(Places.UID, 1, Places.VECTOR, 3).unsettled().build());
            buckets.probe(Probes.exhaustive(Places.UID, Places.VECTOR).unsettled().build());
            assertThat(buckets.shares())
                    .extracting(Places::ids)
                    .satisfiesExactly(
                            settled -> assertThat(settled).containsExactly("cell"),
                            older -> assertThat(older).containsExactlyInAnyOrder("cell", "flat"),
                            all -> assertThat(all).containsExactlyInAnyOrder("cell", "flat"));
        }
    }

    /** The router may not have read the newest generation yet; entries may be there already. */
    @Test
    void probeOfAnOlderGenerationIsRoutedByTheNewestHere() throws Exception {
        try (BucketHarness buckets = BucketHarness.open(Places.learned())) {
            int nearest = Samples.PLACES_1.probe(Places.VECTOR, 1)[0];
            buckets.append(Places.UID, nearest, Places.row("a", 1));
            buckets.probe(Probes.routed(Places.UID, 0, Places.VECTOR).unsettled().build());
            assertThat(Places.ids(buckets.shares().get(0))).containsExactly("a");
        }
    }

    @Test
    void entryOfAGenerationThatIsNotReadYetMakesItRead() throws Exception {
        TestingDirectory directory = new TestingDirectory().create(Samples.PLACES, 10);
        try (BucketHarness buckets = BucketHarness.open(directory)) {
            directory.lag().publish(Samples.PLACES, Samples.PLACES_1, 20);
            int nearest = Samples.PLACES_1.probe(Places.VECTOR, 1)[0];
            buckets.op(BucketOp.append(new BucketKey(Places.UID, nearest), 1, Places.row("a", 1)));
            buckets.probe(Probes.exhaustive(Places.UID, Places.VECTOR).unsettled().build());
            assertThat(Places.ids(buckets.shares().get(0))).containsExactly("a");
        }
    }
}
