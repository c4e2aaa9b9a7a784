package io.nearstream.jobs.query.assign;

import static io.nearstream.jobs.query.testing.Counters.count;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketOp;
import io.nearstream.jobs.query.payload.StoredPayload;
import io.nearstream.jobs.query.testing.Samples;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class AssignOperatorTest {
    private static final RecordKey KEY = new RecordKey(Samples.PLACES.uid(), "a");
    private static final byte[] VECTOR = Vectors.fromFloats(.1f, .2f, .3f, .4f);
    private static final Generation FLAT = Generation.initial(Samples.PLACES);
    private static final int[] HOME = FLAT.place("a", VECTOR);

    private static TestingDirectory places() {
        return new TestingDirectory().create(Samples.PLACES, 10);
    }

    private static IndexChange upsert(long time) {
        return Samples.upsert(Samples.PLACES, "a", time, VECTOR);
    }

    private static IndexChange delete(long time) {
        return IndexChange.deleted(KEY, Samples.version(time));
    }

    private static int[] buckets(List<BucketOp> ops) {
        return ops.stream().mapToInt(op -> op.key().bucket()).toArray();
    }

    @Test
    void firstVersionIsAppendedToItsBuckets() throws Exception {
        try (AssignHarness assign = new AssignHarness(places())) {
            assign.change(upsert(1));
            List<BucketOp> ops = assign.ops();
            assertThat(buckets(ops)).containsExactly(HOME);
            byte[] row = ops.get(0).row();
            assertThat(EntryRow.id(row, 0)).isEqualTo("a");
            assertThat(EntryRow.version(row, 0)).isEqualTo(Samples.version(1));
            assertThat(EntryRow.voidsEarlier(row, 0)).isFalse();
            assertThat(row).endsWith(VECTOR);
        }
    }

    @Test
    void replaysAndOlderVersionsAreDroppedAndCounted() throws Exception {
        try (AssignHarness assign = new AssignHarness(places())) {
            assign.change(upsert(5));
            assign.ops();
            assign.change(upsert(5));
            assign.change(upsert(4));
            assign.change(delete(5));
            assertThat(assign.ops()).isEmpty();
            assertThat(count(assign.flink(), "replaysDropped")).isEqualTo(3);
        }
    }

    @Test
    void changesOfUnknownAndDroppedCollectionsAreDroppedAndCounted() throws Exception {
        TestingDirectory directory = places().drop(Samples.PLACES, 20);
        try (AssignHarness assign = new AssignHarness(directory)) {
            assign.change(upsert(1));
            assign.change(Samples.upsert(Samples.WORDS, "a", 1, VECTOR));
            assertThat(assign.ops()).isEmpty();
            assertThat(assign.payloads()).isEmpty();
            assertThat(count(assign.flink(), "changesOfDroppedCollections")).isEqualTo(2);
        }
    }

    /** Anybody may write to the topic: what does not fit must not stop the job. */
    @Test
    void changesWhoseVectorDoesNotFitAreDroppedAndCounted() throws Exception {
        TestingDirectory directory = new TestingDirectory().create(Samples.PLACES, 10);
        directory.publish(Samples.PLACES, Samples.PLACES_1, 20);
        try (AssignHarness assign = new AssignHarness(directory)) {
            assign.change(Samples.upsert(Samples.PLACES, "short", 1, new byte[4]));
            byte[] nan = Vectors.fromFloats(Float.NaN, 0, 0, 0);
            assign.change(Samples.upsert(Samples.PLACES, "nan", 2, nan));
            assertThat(assign.ops()).isEmpty();
            assertThat(count(assign.flink(), "brokenChanges")).isEqualTo(2);
            byte[] good = Vectors.fromFloats(1, 0, 0, 0);
            assign.change(Samples.upsert(Samples.PLACES, "good", 3, good));
            assertThat(assign.ops()).isNotEmpty();
        }
    }

    @Test
    void nothingIsKeptOfADroppedCollection() throws Exception {
        TestingDirectory directory = places();
        try (AssignHarness assign = new AssignHarness(directory)) {
            assign.change(Samples.withPayload(upsert(1), new byte[] {1}));
            assign.payloads();
            directory.drop(Samples.PLACES, 20);
            assign.pass(10 * AssignHarness.POLL_MS);
            assertThat(assign.payloads()).singleElement().matches(p -> p.payload().length == 0);
            assertThat(assign.flink().numKeyedStateEntries()).isZero();
        }
    }

    @Test
    void bucketsOfTheNewestGenerationAreTakenFromTheChange() throws Exception {
        Generation newest = Samples.PLACES_1;
        TestingDirectory directory = places().publish(Samples.PLACES, newest, 20);
        int[] given = {3, 5};
        try (AssignHarness assign = new AssignHarness(directory)) {
            assign.ops();
            assign.change(Samples.upsert(Samples.PLACES, "a", 1, VECTOR, given, 1, newest.hash()));
            assertThat(buckets(assign.ops())).containsExactly(given);
            assign.change(
                    Samples.upsert(Samples.PLACES, "b", 2, VECTOR, given, 1, newest.hash() + 1));
            assertThat(buckets(assign.ops())).containsExactly(newest.place("b", VECTOR));
            assign.change(Samples.upsert(Samples.PLACES, "c", 3, VECTOR, new int[] {-1}, 0, 0));
            assertThat(buckets(assign.ops())).containsExactly(newest.place("c", VECTOR));
        }
    }

    @Test
    void generationNewerThanKnownIsReadFirst() throws Exception {
        Generation newest = Samples.PLACES_1;
        TestingDirectory directory = places();
        try (AssignHarness assign = new AssignHarness(directory)) {
            directory.lag().publish(Samples.PLACES, newest, 20);
            assign.change(upsert(1));
            assertThat(buckets(assign.ops())).containsExactly(HOME);
            int[] placed = newest.place("b", VECTOR);
            assign.change(Samples.upsert(Samples.PLACES, "b", 2, VECTOR, placed, 1, newest.hash()));
            List<BucketOp> ops = assign.ops();
            assertThat(buckets(ops)).containsExactly(placed);
            assertThat(ops).allMatch(op -> op.generation() == 1);
        }
    }

    @Test
    void deleteRemovesAndNothingOlderBringsTheRecordBack() throws Exception {
        try (AssignHarness assign = new AssignHarness(places())) {
            assign.change(upsert(1));
            assign.ops();
            assign.change(delete(3));
            List<BucketOp> ops = assign.ops();
            assertThat(buckets(ops)).containsExactly(HOME);
            assertThat(EntryRow.isRemoval(ops.get(0).row(), 0)).isTrue();
            assign.change(upsert(2));
            assertThat(assign.ops()).isEmpty();
            assign.change(upsert(4));
            assertThat(assign.ops()).hasSize(1);
        }
    }

    @Test
    void deleteIsForgottenAfterTheHorizon() throws Exception {
        try (AssignHarness assign = new AssignHarness(places())) {
            assign.change(upsert(1));
            assign.change(delete(2));
            assign.pass(AssignHarness.HORIZON_MS - 1);
            assertThat(assign.flink().numKeyedStateEntries()).isEqualTo(1);
            assign.pass(200);
            assertThat(assign.flink().numKeyedStateEntries()).isZero();
        }
    }

    /** A timer holds its record's id: none may stay behind for the horizon, which is days. */
    @Test
    void noTimerStaysOfADeleteThatIsOverOrOfADroppedCollection() throws Exception {
        TestingDirectory directory = places();
        try (AssignHarness assign = new AssignHarness(directory)) {
            assign.change(delete(2));
            assign.pass(200);
            assign.change(delete(3));
            assertThat(assign.flink().numProcessingTimeTimers()).isEqualTo(1);
            assign.change(upsert(4));
            assertThat(assign.flink().numProcessingTimeTimers()).isZero();
            assign.change(delete(5));
            directory.drop(Samples.PLACES, 30);
            assign.pass(1_000);
            assertThat(assign.flink().numKeyedStateEntries()).isZero();
            assertThat(assign.flink().numProcessingTimeTimers()).isZero();
        }
    }

    @Test
    void recordWrittenAgainAfterADeleteIsNotForgotten() throws Exception {
        try (AssignHarness assign = new AssignHarness(places())) {
            assign.change(delete(2));
            assign.pass(AssignHarness.HORIZON_MS / 2);
            assign.change(upsert(3));
            assign.change(delete(4));
            assign.pass(AssignHarness.HORIZON_MS / 2 + 200);
            assertThat(assign.flink().numKeyedStateEntries()).isEqualTo(1);
            assign.change(upsert(5));
            assign.pass(2 * AssignHarness.HORIZON_MS);
            assertThat(assign.flink().numKeyedStateEntries()).isEqualTo(1);
        }
    }

    @Test
    void payloadsAndThatThereIsNoneAnyMoreGoToTheRecordStore() throws Exception {
        byte[] payload = {1, 2};
        try (AssignHarness assign = new AssignHarness(places())) {
            assign.change(Samples.withPayload(upsert(1), payload));
            assertThat(EntryRow.hasPayload(assign.ops().get(0).row(), 0)).isTrue();
            assign.change(upsert(2));
            assertThat(EntryRow.hasPayload(assign.ops().get(0).row(), 0)).isFalse();
            assign.change(upsert(3));
            assign.change(Samples.withPayload(upsert(4), payload));
            assign.change(delete(5));
            assertThat(assign.payloads())
                    .extracting(StoredPayload::version, stored -> stored.payload().length)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple(Samples.version(1), 2),
                            org.assertj.core.groups.Tuple.tuple(Samples.version(2), 0),
                            org.assertj.core.groups.Tuple.tuple(Samples.version(4), 2),
                            org.assertj.core.groups.Tuple.tuple(Samples.version(5), 0));
        }
    }

    @Test
    void everyBucketSubtaskGetsOneMarkerOfANewGeneration() throws Exception {
        TestingDirectory directory = places();
        try (AssignHarness assign = AssignHarness.open(directory, 3, 1)) {
            assign.pass(AssignHarness.POLL_MS);
            assertThat(assign.markers()).isEmpty();
            directory.publish(Samples.PLACES, Samples.PLACES_1, 20);
            assign.pass(AssignHarness.POLL_MS);
            List<BucketOp> markers = assign.markers();
            assertThat(buckets(markers)).containsExactly(0, 1, 2);
            assertThat(markers)
                    .allMatch(
                            marker ->
                                    marker.generation() == 1
                                            && marker.sender() == 1
                                            && marker.senders() == 3);
            directory.create(Samples.WORDS, 30);
            assign.pass(10 * AssignHarness.POLL_MS);
            assertThat(assign.markers()).isEmpty();
        }
        try (AssignHarness assign = new AssignHarness(directory)) {
            assertThat(assign.markers()).hasSize(1);
        }
    }

    @Test
    void placementsSurviveARestoreAtAnotherParallelism() throws Exception {
        TestingDirectory directory = places();
        OperatorSubtaskState state;
        try (AssignHarness assign = new AssignHarness(directory)) {
            for (int i = 0; i < 20; i++) {
                assign.change(Samples.upsert(Samples.PLACES, "id" + i, 5, VECTOR));
            }
            state = assign.snapshot(1);
        }
        int dropped = 0;
        for (int subtask = 0; subtask < 3; subtask++) {
            try (AssignHarness assign = AssignHarness.restore(directory, state, 1, 3, subtask)) {
                for (int i = 0; i < 20; i++) {
                    RecordKey key = new RecordKey(Samples.PLACES.uid(), "id" + i);
                    int owner =
                            org.apache.flink.runtime.state.KeyGroupRangeAssignment
                                    .assignKeyToParallelOperator(key, Samples.MAX_PARALLELISM, 3);
                    if (owner == subtask) {
                        assign.change(Samples.upsert(Samples.PLACES, "id" + i, 5, VECTOR));
                    }
                }
                assertThat(assign.ops()).isEmpty();
                dropped += (int) count(assign.flink(), "replaysDropped");
            }
        }
        assertThat(dropped).isEqualTo(20);
    }
}
