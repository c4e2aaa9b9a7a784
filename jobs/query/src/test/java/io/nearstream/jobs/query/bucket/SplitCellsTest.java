package io.nearstream.jobs.query.bucket;

import static io.nearstream.jobs.query.bucket.OlderBucketsBench.UID;
import static io.nearstream.jobs.query.bucket.OlderBucketsBench.VECTOR;
import static io.nearstream.jobs.query.bucket.OlderBucketsBench.WHILE_MS;
import static io.nearstream.jobs.query.bucket.OlderBucketsBench.checkpoint;
import static io.nearstream.jobs.query.bucket.OlderBucketsBench.left;
import static io.nearstream.jobs.query.bucket.OlderBucketsBench.mark;
import static io.nearstream.jobs.query.bucket.OlderBucketsBench.places;
import static io.nearstream.jobs.query.bucket.OlderBucketsBench.publish;
import static io.nearstream.jobs.query.bucket.OlderBucketsBench.removal;
import static io.nearstream.jobs.query.bucket.OlderBucketsBench.row;
import static io.nearstream.jobs.query.bucket.OlderBucketsBench.scored;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.partition.Generation;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.BucketOp;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.schemas.IndexMove;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.junit.jupiter.api.Test;

/** Split cells give up their entries, and answer until these are elsewhere. */
@SuppressWarnings("try") // the harness closes with "throws Exception"
class SplitCellsTest {
    private static int splitOf(Generation generation) {
        return generation.retiredAfter(generation.number() - 1)[0];
    }

    /** Only what a split cell holds moves; it is found there until it has. */
    @Test
    void splitCellGivesUpItsEntriesAndNoOther() throws Exception {
        TestingDirectory directory = places();
        int split = splitOf(Samples.PLACES_2);
        int stays = Samples.PLACES_2.all()[0];
        try (BucketHarness buckets = BucketHarness.open(directory)) {
            publish(directory, buckets);
            mark(buckets, 0, 1);
            assertThat(checkpoint(buckets, 1)).hasSize(1);
            buckets.append(UID, split, row("a", 1));
            buckets.append(UID, stays, row("b", 2));
            directory.publish(Samples.PLACES, Samples.PLACES_2, 30);
            buckets.pass(WHILE_MS);
            assertThat(buckets.moves()).extracting(IndexMove::getId).containsExactly("a");
            buckets.probe(Probes.routed(UID, 1, VECTOR, split).build());
            assertThat(buckets.shares().get(0).vectorsScored()).isPositive();
            assertThat(scored(buckets)).isEqualTo(2);
            buckets.op(BucketOp.marker(UID, 0, 2, 0, 1));
            assertThat(checkpoint(buckets, 2)).as("a is not placed").isEmpty();
            buckets.op(BucketOp.left(new BucketKey(UID, split), 2, removal("a", 1)));
            assertThat(checkpoint(buckets, 3))
                    .singleElement()
                    .matches(settled -> settled.getGeneration() == 2);
            assertThat(scored(buckets)).isEqualTo(1);
            buckets.append(UID, split, EntryRow.replacing(row("a", 5)));
            assertThat(scored(buckets)).as("in vain").isEqualTo(1);
        }
    }

    /** Rows and probes that come before this subtask has looked for news lose nothing. */
    @Test
    void generationThatIsReadButNotTakenUpYetHidesNothing() throws Exception {
        TestingDirectory directory = places();
        int split = splitOf(Samples.PLACES_2);
        try (BucketHarness buckets = BucketHarness.open(directory)) {
            publish(directory, buckets);
            mark(buckets, 0, 1);
            assertThat(checkpoint(buckets, 1)).hasSize(1);
            buckets.append(UID, split, row("a", 1));
            directory.publish(Samples.PLACES, Samples.PLACES_2, 30);
            buckets.append(UID, split, row("b", 2));
            assertThat(scored(buckets)).isEqualTo(2);
            buckets.pass(WHILE_MS);
            assertThat(buckets.moves())
                    .extracting(IndexMove::getId)
                    .containsExactlyInAnyOrder("a", "b");
        }
    }

    /** A router that missed the whole of the move would find nothing: its answer says so. */
    @Test
    void probeThatNamesASplitCellWhenItIsEmptyIsPartial() throws Exception {
        TestingDirectory directory = places();
        int split = splitOf(Samples.PLACES_2);
        try (BucketHarness buckets = BucketHarness.open(directory)) {
            publish(directory, buckets);
            directory.publish(Samples.PLACES, Samples.PLACES_2, 30);
            buckets.pass(WHILE_MS);
            buckets.probe(Probes.routed(UID, 1, VECTOR, split).build());
            assertThat(buckets.shares().get(0).misrouted()).isZero();
            buckets.op(BucketOp.marker(UID, 0, 2, 0, 1));
            assertThat(checkpoint(buckets, 1)).hasSize(1);
            buckets.probe(Probes.routed(UID, 1, VECTOR, split).build());
            buckets.probe(Probes.routed(UID, 2, VECTOR, split).build());
            assertThat(buckets.shares())
                    .extracting(share -> share.misrouted())
                    .containsExactly(1, 0);
        }
    }

    /** Generation 3 comes while 2 has not settled: all is given up, once, and announced for 3. */
    @Test
    void generationsThatComeBeforeTheLastOneSettledAddUp() throws Exception {
        TestingDirectory directory = places();
        int second = splitOf(Samples.PLACES_2);
        int third = splitOf(Samples.PLACES_3);
        try (BucketHarness buckets = BucketHarness.open(directory)) {
            buckets.append(UID, -1, row("flat", 1));
            publish(directory, buckets);
            buckets.append(UID, second, row("b", 2));
            directory.publish(Samples.PLACES, Samples.PLACES_2, 30);
            buckets.pass(WHILE_MS);
            buckets.append(UID, third, row("c", 3));
            buckets.op(BucketOp.marker(UID, 0, 2, 0, 1));
            directory.publish(Samples.PLACES, Samples.PLACES_3, 40);
            buckets.pass(WHILE_MS);
            assertThat(buckets.moves())
                    .extracting(IndexMove::getId)
                    .containsExactlyInAnyOrder("flat", "b", "c");
            left(buckets, -1, "flat", 1);
            left(buckets, second, "b", 2);
            left(buckets, third, "c", 3);
            assertThat(checkpoint(buckets, 1)).as("no marker of 3").isEmpty();
            assertThat(scored(buckets)).isEqualTo(3);
            buckets.op(BucketOp.marker(UID, 0, 3, 0, 1));
            assertThat(checkpoint(buckets, 2))
                    .singleElement()
                    .matches(settled -> settled.getGeneration() == 3);
            assertThat(scored(buckets)).isZero();
        }
    }

    /** After a restart nothing is known of what was emptied: empty buckets are looked at again. */
    @Test
    void splitCellsSettleAgainAfterARestore() throws Exception {
        TestingDirectory directory = places();
        directory.publish(Samples.PLACES, Samples.PLACES_1, 20);
        directory.publish(Samples.PLACES, Samples.PLACES_2, 30);
        directory.publish(Samples.PLACES, Samples.PLACES_3, 40);
        int split = splitOf(Samples.PLACES_2);
        OperatorSubtaskState state;
        try (BucketHarness buckets = BucketHarness.open(directory)) {
            buckets.append(UID, split, row("a", 1));
            assertThat(buckets.moves()).hasSize(1);
            state = buckets.snapshot(1);
        }
        try (BucketHarness buckets =
                BucketHarness.restore(directory, state, new HashMapStateBackend())) {
            buckets.pass(WHILE_MS);
            assertThat(buckets.moves()).extracting(IndexMove::getId).containsExactly("a");
            left(buckets, split, "a", 1);
            buckets.op(BucketOp.marker(UID, 0, 3, 0, 1));
            assertThat(checkpoint(buckets, 2)).hasSize(1);
        }
    }
}
