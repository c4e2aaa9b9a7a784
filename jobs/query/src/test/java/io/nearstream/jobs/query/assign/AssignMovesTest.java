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
import io.nearstream.jobs.query.message.MovedEntry;
import io.nearstream.jobs.query.message.PlaceRequest;
import io.nearstream.jobs.query.testing.Samples;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
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
        return move(time, Samples.PLACES_1.hash(), CELLS);
    }

    private static PlaceRequest move(long time, long generationHash, int[] buckets) {
        byte[] row =
                EntryRow.put(
                        "a",
                        Samples.version(time),
                        1,
                        IndexChange.NEVER,
                        List.of("red"),
                        true,
                        VECTOR);
        return PlaceRequest.move(KEY, new MovedEntry(row, FLAT, 1, generationHash, buckets));
    }

    private static int[] appendedTo(List<BucketOp> ops) {
        return buckets(ops.stream().filter(op -> op.kind() == BucketOp.Kind.APPEND).toList());
    }

    private static int[] leftFrom(List<BucketOp> ops) {
        return buckets(ops.stream().filter(op -> op.kind() == BucketOp.Kind.LEFT).toList());
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
            assertThat(appendedTo(ops)).containsExactly(CELLS);
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
            RecordKey unknown = new RecordKey(KEY.collectionUid(), "b");
            assign.request(PlaceRequest.move(unknown, move(1).moved().orElseThrow()));
            assertThat(assign.ops()).isEmpty();
            assign.request(move(1));
            assertThat(appendedTo(assign.ops())).isNotEmpty();
            assign.request(move(1));
            assertThat(appendedTo(assign.ops())).isEmpty();
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
            assertThat(appendedTo(assign.ops())).containsExactly(CELLS);
        }
    }

    /** What signed the move on its way may have read another codebook of that number. */
    @Test
    void moveSignedByAnotherCodebookIsPlacedByTheNewest() throws Exception {
        TestingDirectory directory = places();
        try (AssignHarness assign = new AssignHarness(directory)) {
            flat(assign, directory);
            assign.request(move(1, Samples.PLACES_1.hash() + 1, new int[] {0, 1, 2}));
            assertThat(appendedTo(assign.ops())).containsExactly(CELLS);
        }
    }

    /** Told behind the appends: what is proven of the one is proven of the others. */
    @Test
    void bucketThatGaveUpAnEntryIsToldBehindTheAppends() throws Exception {
        TestingDirectory directory = places();
        try (AssignHarness assign = new AssignHarness(directory)) {
            flat(assign, directory);
            assign.request(move(1));
            List<BucketOp> ops = assign.ops();
            assertThat(leftFrom(ops)).containsExactly(FLAT);
            BucketOp last = ops.get(ops.size() - 1);
            assertThat(last.kind()).isEqualTo(BucketOp.Kind.LEFT);
            assertThat(EntryRow.id(last.row(), 0)).isEqualTo("a");
            assertThat(EntryRow.version(last.row(), 0)).isEqualTo(Samples.version(1));
            assign.snapshot(6);
            assign.flink().notifyOfCompletedCheckpoint(6);
            assign.pass(10 * LEAVE_TIMER_MS);
            assertThat(assign.ops()).as("the bucket empties itself").isEmpty();
        }
    }

    /** After a restart a bucket gives up again what it still holds. */
    @Test
    void bucketThatGivesUpAnEntryTwiceIsToldTwice() throws Exception {
        TestingDirectory directory = places();
        try (AssignHarness assign = new AssignHarness(directory)) {
            flat(assign, directory);
            assign.request(move(1));
            assign.ops();
            assign.request(move(1));
            assertThat(leftFrom(assign.ops())).containsExactly(FLAT);
            assign.change(Samples.upsert(Samples.PLACES, "a", 2, VECTOR));
            assign.ops();
            assign.request(move(2));
            assertThat(leftFrom(assign.ops())).containsExactly(FLAT);
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

    /** However often it is written: what leaves keeps its time. */
    @Test
    void recordThatIsAlwaysWrittenLeavesItsOldCellsAllTheSame() throws Exception {
        TestingDirectory directory = places().publish(Samples.PLACES, Samples.PLACES_1, 20);
        try (AssignHarness assign = new AssignHarness(directory)) {
            assign.change(Samples.upsert(Samples.PLACES, "a", 1, VECTOR));
            assign.ops();
            List<Integer> left = new ArrayList<>();
            for (int version = 2; version <= 24; version++) {
                assign.change(Samples.upsert(Samples.PLACES, "a", version, FAR));
                if (version % 8 == 0) {
                    assign.snapshot(version / 8);
                } else if (version % 8 == 2) {
                    assign.flink().notifyOfCompletedCheckpoint(version / 8);
                }
                assign.pass(LEAVE_TIMER_MS / 4);
                for (BucketOp op : assign.ops()) {
                    if (EntryRow.isRemoval(op.row(), 0)) {
                        assertThat(version).as("checkpoint 1 completed at 10").isGreaterThan(9);
                        left.add(op.key().bucket());
                    }
                }
            }
            assertThat(left).containsExactlyElementsOf(IntStream.of(CELLS).boxed().toList());
        }
    }

    @Test
    void leavingGoesOnAfterARestore() throws Exception {
        TestingDirectory directory = places().publish(Samples.PLACES, Samples.PLACES_1, 20);
        OperatorSubtaskState state;
        try (AssignHarness assign = new AssignHarness(directory)) {
            assign.change(Samples.upsert(Samples.PLACES, "a", 1, VECTOR));
            assign.change(Samples.upsert(Samples.PLACES, "a", 2, FAR));
            state = assign.snapshot(8);
        }
        // The checkpoint that is restored was complete, and it began after the append.
        int[] far = Samples.PLACES_1.place("a", FAR);
        try (AssignHarness assign = AssignHarness.restore(directory, state, 8, 1, 0)) {
            assign.ops();
            assign.pass(LEAVE_TIMER_MS);
            assertThat(buckets(assign.ops())).containsExactly(CELLS);
            assign.change(Samples.upsert(Samples.PLACES, "a", 3, VECTOR));
            assign.ops();
            assign.flink().notifyOfCompletedCheckpoint(8);
            assign.pass(LEAVE_TIMER_MS);
            assertThat(assign.ops()).as("checkpoint 8 began before the append").isEmpty();
            assign.snapshot(9);
            assign.pass(LEAVE_TIMER_MS);
            assertThat(assign.ops()).as("checkpoint 9 is not complete").isEmpty();
            assign.flink().notifyOfCompletedCheckpoint(9);
            assign.pass(LEAVE_TIMER_MS);
            List<BucketOp> ops = assign.ops();
            assertThat(buckets(ops)).containsExactly(far);
            assertThat(ops).allMatch(op -> EntryRow.isRemoval(op.row(), 0));
        }
    }
}
