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
import io.nearstream.jobs.query.message.PlaceRequest;
import io.nearstream.jobs.query.testing.Samples;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** Entries on their way to a new generation: old copies stay until a checkpoint says otherwise. */
@SuppressWarnings("try") // the harness closes with "throws Exception"
class AssignMovesTest {
    private static final RecordKey KEY = new RecordKey(Samples.PLACES.uid(), "a");
    private static final byte[] VECTOR = Vectors.fromFloats(.1f, .2f, .3f, .4f);
    private static final byte[] FAR = Vectors.fromFloats(-.9f, -.9f, .9f, -.9f);
    private static final int FLAT = Generation.initial(Samples.PLACES).place("a", VECTOR)[0];
    private static final int[] CELLS = Samples.PLACES_1.place("a", VECTOR);
    private static final long LEAVE_TIMER_MS = 200;

    /** Placed by generation 0 at time 1; generation 1 is known since. */
    private static TestingDirectory flat(AssignHarness assign, TestingDirectory directory)
            throws Exception {
        assign.change(Samples.upsert(Samples.PLACES, "a", 1, VECTOR));
        directory.publish(Samples.PLACES, Samples.PLACES_1, 20);
        assign.ops();
        return directory;
    }

    private static TestingDirectory places() {
        return new TestingDirectory().create(Samples.PLACES, 10);
    }

    private static PlaceRequest move(long time) {
        byte[] row =
                EntryRow.put(
                        "a",
                        Samples.version(time),
                        1,
                        IndexChange.NEVER,
                        List.of("red"),
                        true,
                        VECTOR);
        return PlaceRequest.move(KEY, row);
    }

    private static int[] buckets(List<BucketOp> ops) {
        return ops.stream().mapToInt(op -> op.key().bucket()).toArray();
    }

    @Test
    void movedEntryIsAppendedToItsNewCellsAsItWas() throws Exception {
        TestingDirectory directory = places();
        try (AssignHarness assign = new AssignHarness(directory)) {
            flat(assign, directory);
            assign.request(move(1));
            List<BucketOp> ops = assign.ops();
            assertThat(buckets(ops)).containsExactly(CELLS);
            byte[] row = ops.get(0).row();
            assertThat(EntryRow.voidsEarlier(row, 0)).isFalse();
            assertThat(EntryRow.labels(row, 0)).containsExactly("red");
            assertThat(EntryRow.hasPayload(row, 0)).isTrue();
            assertThat(row).endsWith(VECTOR);
            assertThat(count(assign.flink(), "moves")).isEqualTo(1);
        }
    }

    @Test
    void staleAndRepeatedMovesAreIgnored() throws Exception {
        TestingDirectory directory = places();
        try (AssignHarness assign = new AssignHarness(directory)) {
            flat(assign, directory);
            assign.request(move(7));
            assign.request(PlaceRequest.move(new RecordKey(KEY.collectionUid(), "b"), new byte[0]));
            assertThat(assign.ops()).isEmpty();
            assign.request(move(1));
            assertThat(assign.ops()).isNotEmpty();
            assign.request(move(1));
            assertThat(assign.ops()).isEmpty();
            assign.change(IndexChange.deleted(KEY, Samples.version(2)));
            assign.ops();
            assign.request(move(2));
            assertThat(assign.ops()).isEmpty();
            assertThat(count(assign.flink(), "moves")).isEqualTo(1);
        }
    }

    /** The bucket that gave it up may have read the new generation first: nobody asks again. */
    @Test
    void moveWaitsForTheGenerationItIsFor() throws Exception {
        TestingDirectory directory = places();
        try (AssignHarness assign = new AssignHarness(directory)) {
            directory.lag();
            flat(assign, directory);
            assign.request(move(1));
            assertThat(buckets(assign.ops())).containsExactly(CELLS);
        }
    }

    @Test
    void oldCopyLeavesOnlyAfterACheckpointThatBeganAfterTheAppend() throws Exception {
        TestingDirectory directory = places();
        try (AssignHarness assign = new AssignHarness(directory)) {
            flat(assign, directory);
            assign.snapshot(5);
            assign.request(move(1));
            assign.ops();
            assign.flink().notifyOfCompletedCheckpoint(5);
            assign.pass(LEAVE_TIMER_MS);
            assertThat(assign.ops()).as("checkpoint 5 began before the append").isEmpty();
            assign.snapshot(6);
            assign.pass(LEAVE_TIMER_MS);
            assertThat(assign.ops()).as("checkpoint 6 is not complete").isEmpty();
            assign.flink().notifyOfCompletedCheckpoint(6);
            assign.pass(LEAVE_TIMER_MS);
            List<BucketOp> ops = assign.ops();
            assertThat(buckets(ops)).containsExactly(FLAT);
            assertThat(EntryRow.isRemoval(ops.get(0).row(), 0)).isTrue();
            assertThat(EntryRow.version(ops.get(0).row(), 0)).isEqualTo(Samples.version(1));
            assign.pass(10 * LEAVE_TIMER_MS);
            assertThat(assign.ops()).isEmpty();
        }
    }

    @Test
    void updateOverwritesTheCopyThatIsStillToLeave() throws Exception {
        TestingDirectory directory = places();
        try (AssignHarness assign = new AssignHarness(directory)) {
            flat(assign, directory);
            assign.request(move(1));
            assign.ops();
            assign.change(Samples.upsert(Samples.PLACES, "a", 2, VECTOR));
            List<BucketOp> ops = assign.ops();
            assertThat(buckets(ops)).contains(FLAT).contains(CELLS);
            assertThat(ops)
                    .allMatch(op -> EntryRow.version(op.row(), 0).equals(Samples.version(2)))
                    .allMatch(op -> EntryRow.voidsEarlier(op.row(), 0));
        }
    }

    @Test
    void deleteTakesAllCopiesOutAtOnce() throws Exception {
        TestingDirectory directory = places();
        try (AssignHarness assign = new AssignHarness(directory)) {
            flat(assign, directory);
            assign.request(move(1));
            assign.ops();
            assign.change(IndexChange.deleted(KEY, Samples.version(2)));
            List<BucketOp> ops = assign.ops();
            assertThat(buckets(ops)).contains(FLAT).contains(CELLS).hasSize(CELLS.length + 1);
            assertThat(ops).allMatch(op -> EntryRow.isRemoval(op.row(), 0));
            assign.snapshot(1);
            assign.flink().notifyOfCompletedCheckpoint(1);
            assign.pass(LEAVE_TIMER_MS);
            assertThat(assign.ops()).isEmpty();
        }
    }

    /** An update that lands elsewhere leaves cells behind as a move does. */
    @Test
    void cellsThatAnUpdateLeavesAreOverwrittenAndEmptiedLater() throws Exception {
        TestingDirectory directory = places().publish(Samples.PLACES, Samples.PLACES_1, 20);
        int[] far = Samples.PLACES_1.place("a", FAR);
        assertThat(far).doesNotContain(CELLS);
        try (AssignHarness assign = new AssignHarness(directory)) {
            assign.change(Samples.upsert(Samples.PLACES, "a", 1, VECTOR));
            assign.ops();
            assign.change(Samples.upsert(Samples.PLACES, "a", 2, FAR));
            assertThat(buckets(assign.ops()))
                    .startsWith(far)
                    .endsWith(CELLS)
                    .hasSize(far.length + CELLS.length);
            assign.snapshot(1);
            assign.flink().notifyOfCompletedCheckpoint(1);
            assign.pass(LEAVE_TIMER_MS);
            assertThat(buckets(assign.ops())).containsExactly(CELLS);
        }
    }

    @Test
    void leavingGoesOnAfterARestore() throws Exception {
        TestingDirectory directory = places();
        OperatorSubtaskState state;
        try (AssignHarness assign = new AssignHarness(directory)) {
            flat(assign, directory);
            assign.request(move(1));
            state = assign.snapshot(8);
        }
        // The checkpoint that is restored was complete, and it began after the append.
        try (AssignHarness assign = AssignHarness.restore(directory, state, 8, 1, 0)) {
            assign.ops();
            assign.pass(LEAVE_TIMER_MS);
            assertThat(buckets(assign.ops())).containsExactly(FLAT);
            assign.change(Samples.upsert(Samples.PLACES, "a", 2, FAR));
            assign.ops();
            assign.flink().notifyOfCompletedCheckpoint(8);
            assign.pass(LEAVE_TIMER_MS);
            assertThat(assign.ops()).isEmpty();
            assign.snapshot(9);
            assign.flink().notifyOfCompletedCheckpoint(9);
            assign.pass(LEAVE_TIMER_MS);
            assertThat(buckets(assign.ops())).containsExactly(CELLS);
        }
    }
}
