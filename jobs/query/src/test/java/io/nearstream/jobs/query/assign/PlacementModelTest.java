package io.nearstream.jobs.query.assign;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.core.partition.Generation;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketOp;
import io.nearstream.jobs.query.message.MovedEntry;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Random upserts, deletes, moves and leaves of one record, replayed into buckets as logs. */
class PlacementModelTest {
    private static final CollectionSettings SETTINGS = Samples.PLACES;
    private static final RecordKey KEY = new RecordKey(SETTINGS.uid(), "a");
    private static final List<Generation> GENERATIONS =
            List.of(Generation.initial(SETTINGS), Samples.PLACES_1, Samples.PLACES_2);
    private static final CollectionState FLAT = state(0);

    private static CollectionState state(int generation) {
        return new CollectionState(SETTINGS, false, GENERATIONS.get(generation));
    }

    private final List<BucketOp> sent = new ArrayList<>();
    private final Placer placer = new Placer(sent::add);

    /** The last row of the record in each bucket; empty where that removes it. */
    private final Map<Integer, Optional<byte[]>> buckets = new HashMap<>();

    private Placement now = Placement.UNKNOWN;
    private CollectionState collection = FLAT;
    private long time;
    private byte[] vector = {};

    /** The last checkpoint that began, and the last that is complete. */
    private long checkpoint = 1;

    private long completed;

    /** Buckets that this generation no longer has were emptied, and take nothing any more. */
    private int settled;

    @Test
    void liveRecordIsInAllItsBucketsAndADeletedOneInNone() {
        Property.holds(
                random -> {
                    PlacementModelTest test = new PlacementModelTest();
                    for (int i = 0; i < 60; i++) {
                        test.step(random);
                        test.assertBuckets();
                    }
                });
    }

    private void step(SplittableRandom random) {
        Set<Integer> before = live();
        switch (random.nextInt(7)) {
            case 0, 1 -> upsert(random);
            case 2 -> delete();
            case 3 -> collection = state(Math.min(2, collection.newest().number() + 1));
            case 4 -> move();
            case 5 -> settle();
            default -> {
                completed = random.nextLong(completed, checkpoint + 1);
                checkpoint += random.nextInt(2);
                now = placer.leave(now, KEY, completed);
                for (long after : now.leaveAfter()) {
                    assertThat(after).isGreaterThan(completed).isLessThanOrEqualTo(checkpoint + 1);
                }
            }
        }
        boolean wasAndIsLive = !before.isEmpty() && !now.deleted();
        for (BucketOp op : sent) {
            replay(op);
            // Between any two rows a probe may come: it must find the old or the new.
            assertThat(wasAndIsLive && live().isEmpty()).isFalse();
        }
        sent.clear();
    }

    private void upsert(SplittableRandom random) {
        time++;
        vector = Samples.vector(random);
        Generation signed = GENERATIONS.get(random.nextInt(collection.newest().number() + 1));
        int[] placed = random.nextBoolean() ? signed.place(KEY.id(), vector) : new int[0];
        now =
                placer.upsert(
                        now,
                        Samples.upsert(
                                SETTINGS,
                                KEY.id(),
                                time,
                                vector,
                                placed,
                                signed.number(),
                                signed.hash()),
                        collection,
                        checkpoint + 1);
    }

    private void delete() {
        time++;
        int generation = collection.newest().number();
        now = placer.delete(now, KEY, new Version(time, 0, time), generation, time);
    }

    private void move() {
        if (!now.deleted() && now.generation() < collection.newest().number()) {
            byte[] row = buckets.get(now.buckets()[0]).orElseThrow().clone();
            EntryRow.replacesNothing(row); // what travels is made anew from its fields
            Generation newest = collection.newest();
            now =
                    placer.move(
                            now,
                            KEY,
                            new MovedEntry(
                                    row,
                                    now.buckets()[0],
                                    newest.number(),
                                    newest.hash(),
                                    newest.place(KEY.id(), vector)),
                            collection,
                            checkpoint + 1);
        }
    }

    private void settle() {
        Generation newest = collection.newest();
        if (IntStream.of(now.buckets()).noneMatch(newest::leaves)) {
            settled = newest.number();
            buckets.keySet().removeIf(newest::leaves);
        }
    }

    private boolean isEmptied(int bucket) {
        return GENERATIONS.get(settled).leaves(bucket);
    }

    private void replay(BucketOp op) {
        byte[] row = op.row();
        int bucket = op.key().bucket();
        if (op.kind() == BucketOp.Kind.LEFT) {
            assertThat(live()).as("placed elsewhere before").isNotEmpty().anyMatch(b -> b >= 0);
            return;
        }
        if (isEmptied(bucket)) {
            return;
        }
        boolean held = buckets.getOrDefault(bucket, Optional.empty()).isPresent();
        if (EntryRow.isRemoval(row, 0)) {
            assertThat(held).as("a removal finds what it removes").isTrue();
            buckets.put(bucket, Optional.empty());
            return;
        }
        // A bucket without such a mark counts as free of garbage.
        assertThat(EntryRow.voidsEarlier(row, 0)).as("marked as replacing").isEqualTo(held);
        buckets.put(bucket, Optional.of(row));
    }

    private Set<Integer> live() {
        Set<Integer> live = new HashSet<>();
        buckets.forEach(
                (bucket, row) -> {
                    if (row.isPresent()) {
                        live.add(bucket);
                    }
                });
        return live;
    }

    private void assertBuckets() {
        Set<Integer> expected = new HashSet<>();
        for (int bucket : now.buckets()) {
            expected.add(bucket);
        }
        for (int bucket : now.leaving()) {
            assertThat(expected.add(bucket)).as("left and lived in at once").isTrue();
        }
        expected.removeIf(this::isEmptied);
        assertThat(live()).isEqualTo(expected);
        assertThat(expected.isEmpty()).isEqualTo(now.deleted());
        for (int bucket : expected) {
            byte[] row = buckets.get(bucket).orElseThrow();
            assertThat(EntryRow.version(row, 0)).isEqualTo(now.version());
            assertThat(Arrays.copyOfRange(row, row.length - vector.length, row.length))
                    .isEqualTo(vector);
        }
        if (!now.deleted()) {
            Generation placedBy = GENERATIONS.get(now.generation());
            assertThat(now.buckets()).containsExactly(placedBy.place(KEY.id(), vector));
        }
    }
}
