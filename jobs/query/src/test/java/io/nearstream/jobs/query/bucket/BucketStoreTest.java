package io.nearstream.jobs.query.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.IndexChange;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.testing.Property;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BucketStoreTest {
    private static final int BLOCK_BYTES = 600;
    private static final int TAIL_BYTES = 2_000;
    private static final int BUCKETS = 4;

    private final KeyedBlocks state = new KeyedBlocks();
    private BucketStore store = store(0);

    private BucketStore store(long cacheBytes) {
        return new BucketStore(
                state, state::setKey, new BucketCache(cacheBytes), BLOCK_BYTES, TAIL_BYTES);
    }

    private static BucketKey bucket(int number) {
        return new BucketKey(1, number);
    }

    private static byte[] row(String id, long time) {
        return EntryRow.put(
                id, Samples.version(time), 1, IndexChange.NEVER, List.of(), false, new byte[16]);
    }

    private static Map<String, Long> live(BucketRows rows) {
        BucketRows live = rows.live();
        Map<String, Long> versions = new TreeMap<>();
        for (int i = 0; i < live.count(); i++) {
            String id = EntryRow.id(live.data(i), live.at(i));
            assertThat(versions.put(id, EntryRow.time(live.data(i), live.at(i)))).isNull();
        }
        return versions;
    }

    /** Whatever was flushed, packed, rewritten or cached: a bucket reads as its log says. */
    @Test
    void bucketsReadAsTheModelSays() {
        Property.holds(
                random -> {
                    BucketStoreTest test = new BucketStoreTest();
                    test.store = test.store(random.nextInt(2) * random.nextInt(10_000));
                    List<Map<String, Long>> model = new ArrayList<>();
                    for (int i = 0; i < BUCKETS; i++) {
                        model.add(new TreeMap<>());
                    }
                    for (int time = 1; time < 400; time++) {
                        int bucket = random.nextInt(BUCKETS);
                        test.step(random, bucket, time, model.get(bucket));
                        assertThat(test.store.tailBytes()).isBetween(0L, (long) TAIL_BYTES);
                    }
                    for (int i = 0; i < BUCKETS; i++) {
                        assertThat(live(test.store.read(bucket(i)))).isEqualTo(model.get(i));
                    }
                    test.store.flushAll();
                    assertThat(test.store.tailBytes()).isZero();
                });
    }

    private void step(SplittableRandom random, int bucket, long time, Map<String, Long> model)
            throws Exception {
        String id = "id" + random.nextInt(12);
        int action = random.nextInt(20);
        if (action < 10) {
            byte[] row = row(id, time);
            boolean held = model.put(id, time) != null;
            store.append(bucket(bucket), held ? EntryRow.replacing(row) : row);
        } else if (action < 15) {
            if (model.remove(id) != null) {
                store.append(bucket(bucket), EntryRow.removal(id, Samples.version(time)));
            }
        } else if (action < 17) {
            store.flushAll();
        } else {
            assertThat(live(store.read(bucket(bucket)))).isEqualTo(model);
        }
    }

    @Test
    void fullBlocksGoToTheStateAtOnceAndTheRestWaits() throws Exception {
        int rowBytes = row("id", 1).length;
        int perBlock = (BLOCK_BYTES + rowBytes - 1) / rowBytes;
        for (int i = 1; i < perBlock; i++) {
            store.append(bucket(0), row("i" + i % 10, i));
        }
        assertThat(state.bytes()).isZero();
        assertThat(store.tailBytes()).isEqualTo((long) (perBlock - 1) * rowBytes);
        store.append(bucket(0), row("ix", perBlock));
        assertThat(state.bytes()).isEqualTo(perBlock * rowBytes);
        assertThat(store.tailBytes()).isZero();
    }

    @Test
    void tailsOfManyBucketsAreFlushedAtTheBound() throws Exception {
        int rowBytes = row("id", 1).length;
        int rows = TAIL_BYTES / rowBytes + 1;
        for (int i = 0; i < rows - 1; i++) {
            store.append(bucket(i), row("id", 1));
        }
        assertThat(state.bytes()).isZero();
        store.append(bucket(rows), row("id", 1));
        assertThat(store.tailBytes()).isZero();
        assertThat(state.byKey()).hasSize(rows);
    }

    @Test
    void fragmentedBucketIsRewrittenWhenItIsRead() throws Exception {
        for (int i = 0; i < 40; i++) {
            store.append(bucket(0), row("id" + i, i));
            store.flushAll();
        }
        assertThat(state.byKey().get(bucket(0))).hasSize(40);
        assertThat(live(store.read(bucket(0)))).hasSize(40);
        assertThat(store.rewrites()).isEqualTo(1);
        assertThat(state.byKey().get(bucket(0)).size()).isLessThan(8);
        assertThat(live(store.read(bucket(0)))).hasSize(40);
        assertThat(store.rewrites()).isEqualTo(1);
    }

    @Test
    void bucketFullOfGarbageIsRewrittenWithItsTail() throws Exception {
        store.append(bucket(0), row("kept", 1));
        for (int i = 2; i < 30; i++) {
            byte[] row = row("id", i);
            store.append(bucket(0), i == 2 ? row : EntryRow.replacing(row));
        }
        int before = state.bytes();
        assertThat(live(store.read(bucket(0)))).containsOnlyKeys("id", "kept");
        assertThat(store.rewrites()).isEqualTo(1);
        assertThat(store.tailBytes()).isZero();
        assertThat(state.bytes()).isLessThan(before / 4);
        store.append(bucket(0), EntryRow.removal("kept", Samples.version(99)));
        assertThat(live(store.read(bucket(0)))).containsExactly(Map.entry("id", 29L));
    }

    /** Of a rewritten bucket nothing is void: it must not be looked through at every read. */
    @Test
    void rewrittenRowsReplaceNothing() throws Exception {
        store.append(bucket(0), row("id", 1));
        for (int i = 2; i < 20; i++) {
            store.append(bucket(0), EntryRow.replacing(row("id", i)));
        }
        store.read(bucket(0));
        assertThat(store.read(bucket(0)).hasVoid()).isFalse();
        store.append(bucket(0), EntryRow.replacing(row("id", 50)));
        assertThat(live(store.read(bucket(0)))).containsExactly(Map.entry("id", 50L));
    }

    @Test
    void clearedBucketsAndDroppedTailsLeaveNothing() throws Exception {
        store.append(bucket(0), row("id", 1));
        store.flushAll();
        store.append(bucket(0), row("b", 2));
        store.append(bucket(1), row("c", 3));
        store.append(new BucketKey(2, 1), row("d", 4));
        store.clear(bucket(0));
        assertThat(store.read(bucket(0)).count()).isZero();
        assertThat(state.byKey()).doesNotContainKey(bucket(0));
        store.dropTails(1);
        assertThat(store.tailBytes()).isEqualTo(row("d", 4).length);
        assertThat(live(store.read(new BucketKey(2, 1)))).containsOnlyKeys("d");
    }

    @Test
    void newestRowOfAnIdIsFoundUnlessItIsGone() throws Exception {
        byte[] expiring =
                EntryRow.put(
                        "e", Samples.version(1), 1, 100, List.of(), false, new byte[] {1, 2, 3, 4});
        store.append(bucket(0), expiring);
        store.append(bucket(0), row("id", 1));
        store.append(bucket(0), EntryRow.replacing(row("id", 2)));
        BucketRows rows = store.read(bucket(0));
        assertThat(EntryRow.time(rows.find("id", 0, 16, true).orElseThrow(), 0)).isEqualTo(2);
        assertThat(rows.find("e", 99, 4, true).orElseThrow()).isEqualTo(expiring);
        assertThat(rows.find("e", 99, 4, false).orElseThrow()).isEqualTo(shortened(expiring, 4));
        assertThat(rows.find("e", 100, 4, true)).isEmpty();
        assertThat(rows.find("x", 0, 4, true)).isEmpty();
        store.append(bucket(0), EntryRow.removal("id", Samples.version(3)));
        assertThat(store.read(bucket(0)).find("id", 0, 16, true)).isEmpty();
    }

    private static byte[] shortened(byte[] row, int by) {
        byte[] cut = Arrays.copyOf(row, row.length - by);
        cut[0] -= (byte) by;
        return cut;
    }
}
