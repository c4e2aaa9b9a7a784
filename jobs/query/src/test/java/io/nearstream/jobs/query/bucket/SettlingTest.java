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
import static io.nearstream.jobs.query.testing.Counters.gauge;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.schemas.IndexMove;
import io.nearstream.schemas.Settled;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.junit.jupiter.api.Test;

/** Older buckets give up their entries and say when they are empty for good. */
@SuppressWarnings("try") // the harness closes with "throws Exception"
class SettlingTest {
    @Test
    void everyLiveEntryIsGivenUpOnce() throws Exception {
        TestingDirectory directory = places();
        try (BucketHarness buckets = BucketHarness.open(directory)) {
            buckets.append(UID, -1, row("a", 1));
            buckets.append(UID, -1, row("deleted", 2));
            buckets.append(UID, -2, row("b", 3));
            buckets.snapshot(1);
            buckets.append(UID, -1, removal("deleted", 4));
            buckets.append(UID, -2, EntryRow.replacing(row("b", 5)));
            buckets.pass(WHILE_MS);
            assertThat(buckets.moves()).isEmpty();
            publish(directory, buckets);
            List<IndexMove> moves = buckets.moves();
            assertThat(moves)
                    .extracting(IndexMove::getId, IndexMove::getVersionTime)
                    .containsExactlyInAnyOrder(
                            org.assertj.core.groups.Tuple.tuple("a", 1L),
                            org.assertj.core.groups.Tuple.tuple("b", 5L));
            IndexMove move = moves.get(0);
            assertThat(move.getJob()).isEqualTo(BucketHarness.JOB);
            assertThat(move.getCollectionUid()).isEqualTo(UID);
            assertThat(move.getLabels()).containsExactly("red");
            assertThat(move.getHasPayload()).isTrue();
            assertThat(move.getExpiresAt()).isNull();
            assertThat(move.getVector().remaining()).isEqualTo(VECTOR.length);
            assertThat(gauge(buckets.flink(), "entriesToMove")).isEqualTo(2);
            buckets.pass(WHILE_MS);
            assertThat(buckets.moves()).isEmpty();
        }
    }

    @Test
    void entriesAreFoundUntilACheckpointProvesThatTheirCopiesArrived() throws Exception {
        TestingDirectory directory = places();
        try (BucketHarness buckets = BucketHarness.open(directory)) {
            buckets.append(UID, -1, row("a", 1));
            publish(directory, buckets);
            mark(buckets, 0, 1);
            assertThat(scored(buckets)).isEqualTo(1);
            buckets.append(UID, 3, row("a", 1));
            left(buckets, -1, "a", 1);
            assertThat(gauge(buckets.flink(), "entriesToMove")).isZero();
            buckets.append(UID, 3, removal("a", 1)); // as if the copy had not arrived
            buckets.snapshot(1);
            assertThat(scored(buckets)).as("checkpoint 1 is not complete").isEqualTo(1);
            buckets.flink().notifyOfCompletedCheckpoint(1);
            assertThat(scored(buckets)).isZero();
        }
    }

    /** Updates that leave an older bucket still overwrite it; nothing of them may stay. */
    @Test
    void whatComesForSettledBucketsIsDropped() throws Exception {
        TestingDirectory directory = places();
        try (BucketHarness buckets = BucketHarness.open(directory)) {
            buckets.append(UID, -1, row("a", 1));
            publish(directory, buckets);
            buckets.moves();
            mark(buckets, 0, 1);
            left(buckets, -1, "a", 1);
            assertThat(checkpoint(buckets, 1)).hasSize(1);
            buckets.append(UID, -1, EntryRow.replacing(row("a", 2)));
            buckets.append(UID, -1, removal("a", 2));
            assertThat(buckets.moves()).isEmpty();
            assertThat(scored(buckets)).isZero();
            assertThat(gauge(buckets.flink(), "tailBytes")).isEqualTo(0L);
        }
    }

    /** A large bucket is given up in parts, and what changes meanwhile goes its own way. */
    @Test
    void manyEntriesAreGivenUpInPartsEachOnce() throws Exception {
        TestingDirectory directory = places();
        int entries = 3 * OlderBuckets.GIVEN_UP_AT_ONCE + 1;
        try (BucketHarness buckets = BucketHarness.open(directory)) {
            for (int i = 0; i < entries; i++) {
                buckets.append(UID, -1, row("id" + i, 1));
            }
            directory.publish(Samples.PLACES, Samples.PLACES_1, 20);
            buckets.pass(BucketHarness.POLL_MS);
            assertThat(buckets.moves()).hasSizeBetween(1, entries - 1);
            buckets.append(UID, -1, row("late", 2));
            buckets.append(UID, -1, removal("id" + (entries - 1), 3));
            mark(buckets, 0, 1);
            assertThat(checkpoint(buckets, 1)).as("not all are given up").isEmpty();
            buckets.pass(WHILE_MS);
            assertThat(gauge(buckets.flink(), "entriesToMove")).isEqualTo(entries);
            for (int i = 0; i < entries - 1; i++) {
                left(buckets, -1, "id" + i, 1);
            }
            assertThat(checkpoint(buckets, 2)).as("one is not placed").isEmpty();
            left(buckets, -1, "late", 2);
            assertThat(checkpoint(buckets, 3)).hasSize(1);
        }
    }

    /** From a subtask that had not read the new generation when it placed it. */
    @Test
    void entryThatComesLateIsGivenUpToo() throws Exception {
        TestingDirectory directory = places();
        try (BucketHarness buckets = BucketHarness.open(directory)) {
            publish(directory, buckets);
            buckets.append(UID, -5, row("late", 7));
            assertThat(buckets.moves()).extracting(IndexMove::getId).containsExactly("late");
            mark(buckets, 0, 1);
            assertThat(checkpoint(buckets, 1)).isEmpty();
            left(buckets, -5, "late", 7);
            assertThat(checkpoint(buckets, 2)).hasSize(1);
        }
    }

    @Test
    void settledIsAnnouncedOnceACheckpointThatProvesItIsComplete() throws Exception {
        TestingDirectory directory = places();
        try (BucketHarness buckets = BucketHarness.open(directory)) {
            buckets.append(UID, -1, row("a", 1));
            publish(directory, buckets);
            mark(buckets, 0, 2);
            mark(buckets, 1, 2);
            assertThat(checkpoint(buckets, 1)).as("an entry is left").isEmpty();
            buckets.append(UID, -1, removal("a", 1));
            buckets.flink().notifyOfCompletedCheckpoint(1);
            assertThat(buckets.announcements()).as("checkpoint 1 holds the entry").isEmpty();
            buckets.snapshot(2);
            assertThat(buckets.announcements()).as("checkpoint 2 is not complete").isEmpty();
            buckets.flink().notifyOfCompletedCheckpoint(2);
            List<Settled> announced = buckets.announcements();
            assertThat(announced)
                    .containsExactly(
                            Settled.newBuilder()
                                    .setJob(BucketHarness.JOB)
                                    .setCollection("places")
                                    .setCollectionUid(UID)
                                    .setGeneration(1)
                                    .setSubtask(0)
                                    .setOf(1)
                                    .build());
            assertThat(checkpoint(buckets, 3)).as("once is enough").isEmpty();
        }
    }

    @Test
    void aSenderThatMayStillPlaceIntoThemKeepsThemOpen() throws Exception {
        TestingDirectory directory = places();
        try (BucketHarness buckets = BucketHarness.open(directory)) {
            publish(directory, buckets);
            mark(buckets, 1, 3);
            mark(buckets, 1, 3);
            mark(buckets, 2, 3);
            assertThat(checkpoint(buckets, 1)).isEmpty();
            mark(buckets, 0, 3);
            assertThat(checkpoint(buckets, 2)).hasSize(1);
        }
    }

    @Test
    void markerOfAGenerationThatIsNotReadYetIsNotLost() throws Exception {
        TestingDirectory directory = places();
        try (BucketHarness buckets = BucketHarness.open(directory)) {
            buckets.append(UID, -1, row("a", 1));
            directory.lag().publish(Samples.PLACES, Samples.PLACES_1, 20);
            mark(buckets, 0, 1);
            buckets.pass(WHILE_MS);
            assertThat(buckets.moves()).hasSize(1);
            buckets.append(UID, -1, removal("a", 1));
            assertThat(checkpoint(buckets, 1)).hasSize(1);
        }
    }

    /** What is left to do is found out again from the buckets themselves. */
    @Test
    void settlingGoesOnAfterARestore() throws Exception {
        TestingDirectory directory = places();
        OperatorSubtaskState state;
        try (BucketHarness buckets = BucketHarness.open(directory)) {
            buckets.append(UID, -1, row("moved", 1));
            buckets.append(UID, -2, row("left", 2));
            publish(directory, buckets);
            mark(buckets, 0, 1);
            buckets.append(UID, -1, removal("moved", 1));
            state = buckets.snapshot(1);
        }
        try (BucketHarness buckets =
                BucketHarness.restore(directory, state, new HashMapStateBackend())) {
            buckets.pass(WHILE_MS);
            assertThat(buckets.moves()).extracting(IndexMove::getId).containsExactly("left");
            buckets.append(UID, -2, removal("left", 2));
            assertThat(checkpoint(buckets, 2)).as("no marker since the restore").isEmpty();
            mark(buckets, 0, 1);
            assertThat(checkpoint(buckets, 3)).hasSize(1);
        }
    }

    @Test
    void eachSubtaskAnnouncesForItself() throws Exception {
        TestingDirectory directory = places();
        for (int subtask = 0; subtask < 3; subtask++) {
            try (BucketHarness buckets = BucketHarness.open(directory, 3, subtask)) {
                publish(directory, buckets);
                mark(buckets, 0, 1);
                int self = subtask;
                assertThat(checkpoint(buckets, 1))
                        .singleElement()
                        .matches(s -> s.getSubtask() == self && s.getOf() == 3);
            }
        }
    }

    @Test
    void droppedCollectionIsNotAnnounced() throws Exception {
        TestingDirectory directory = places();
        try (BucketHarness buckets = BucketHarness.open(directory)) {
            buckets.append(UID, -1, row("a", 1));
            publish(directory, buckets);
            mark(buckets, 0, 1);
            directory.drop(Samples.PLACES, 30);
            buckets.pass(WHILE_MS);
            assertThat(checkpoint(buckets, 1)).isEmpty();
            assertThat(gauge(buckets.flink(), "entriesToMove")).isZero();
        }
    }
}
