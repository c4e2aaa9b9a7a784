package io.nearstream.jobs.query.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.CoarseCode;
import io.nearstream.core.similarity.CoarseColumns;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.testing.Property;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Codes of rows outlive what is void beside them, and are those of their rows throughout. */
class KeptCodesTest {
    private static final int DIMENSIONS = 16;
    private static final BucketKey BUCKET = new BucketKey(1, 1);
    private static final CoarseCode CODE =
            CoarseCode.of(VectorSpace.of(Metric.L2, Encoding.FLOAT16, DIMENSIONS)).orElseThrow();

    private final KeyedBlocks state = new KeyedBlocks();
    private final BucketStore store =
            new BucketStore(state, state::setKey, new BucketCache(1 << 20), 600, 2_000);

    private static byte[] row(SplittableRandom random, String id, long time) {
        return EntryRow.put(
                id, Samples.version(time), 1, IndexChange.NEVER, List.of(), false, vector(random));
    }

    private static byte[] vector(SplittableRandom random) {
        byte[] vector = new byte[CODE.vectorBytes()];
        random.nextBytes(vector);
        for (int high = 1; high < vector.length; high += 2) {
            vector[high] &= (byte) 0xbb; // an exponent of all ones is no number
        }
        return vector;
    }

    private static void assertCodesAreThoseOfTheRows(SplittableRandom random, BucketRows rows) {
        CoarseColumns codes = rows.coarse(CODE);
        CoarseColumns fresh = new CoarseColumns(CODE);
        for (int i = 0; i < rows.count(); i++) {
            fresh.add(
                    rows.data(i), EntryRow.vectorAt(rows.data(i), rows.at(i), CODE.vectorBytes()));
        }
        assertThat(codes.count()).isEqualTo(fresh.count());
        CoarseCode.Query query = CODE.query(vector(random)).orElseThrow();
        for (int i = 0; i < rows.count(); i++) {
            assertThat(codes.apart(query, i)).isEqualTo(fresh.apart(query, i));
        }
    }

    @Test
    void codesAreThoseOfTheRowsWhateverWasReplacedRemovedPackedOrRewritten() {
        Property.holds(
                random -> {
                    KeptCodesTest test = new KeptCodesTest();
                    Set<String> held = new HashSet<>();
                    test.store.append(BUCKET, row(random, "first", 0));
                    test.store.read(BUCKET).coarse(CODE); // from the second search on
                    for (int time = 1; time < 200; time++) {
                        test.change(random, held, time);
                        if (random.nextInt(4) == 0) {
                            assertCodesAreThoseOfTheRows(random, test.store.read(BUCKET));
                        }
                    }
                });
    }

    private void change(SplittableRandom random, Set<String> held, int time) throws Exception {
        String id = "id" + random.nextInt(20);
        int action = random.nextInt(10);
        if (action < 6) {
            byte[] row = row(random, id, time);
            store.append(BUCKET, held.add(id) ? row : EntryRow.replacing(row));
        } else if (action < 9) {
            if (held.remove(id)) {
                store.append(BUCKET, EntryRow.removal(id, Samples.version(time)));
            }
        } else {
            store.flushAll();
        }
    }

    /** To code a bucket anew for each row that is replaced in it costs more than to search it. */
    @Test
    void rowsThatStayAreNotCodedAgain() throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10; i++) {
            store.append(BUCKET, row(random, "id" + i, 1));
        }
        assertThat(store.read(BUCKET).coarse(CODE)).isNull();
        assertThat(store.read(BUCKET).coarse(CODE)).isNotNull();
        for (int time = 2; time < 100; time++) {
            store.append(BUCKET, EntryRow.replacing(row(random, "id0", time)));
            BucketRows rows = store.read(BUCKET);
            assertThat(rows.coded()).isEqualTo(9);
            rows.coarse(CODE);
            assertThat(rows.coded()).isEqualTo(10);
        }
        assertThat(store.rewrites()).isPositive();
    }
}
