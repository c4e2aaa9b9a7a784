package io.nearstream.jobs.query.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.CoarseCode;
import io.nearstream.core.similarity.CoarseColumns;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.testing.Property;
import java.util.Arrays;
import java.util.List;
import javax.annotation.Nullable;
import org.junit.jupiter.api.Test;

class BucketCacheTest {
    private static final byte[] VECTOR =
            Vectors.fromFloats(1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6, 5, 4, 3, 2);
    private static final byte[] ROW =
            EntryRow.put("id", Samples.version(1), 1, IndexChange.NEVER, List.of(), false, VECTOR);
    private static final CoarseCode CODE =
            CoarseCode.of(VectorSpace.of(Metric.L2, Encoding.FLOAT32, 16)).orElseThrow();

    private static BucketKey bucket(int number) {
        return new BucketKey(1, number);
    }

    private static BucketRows rows(int count) {
        BucketRows rows = new BucketRows();
        for (int i = 0; i < count; i++) {
            rows.addBlock(ROW, ROW.length);
        }
        return rows;
    }

    /** Bytes are those of the rows, and never more than there may be. */
    @Test
    void bytesStayWithinTheirBound() {
        Property.holds(
                random -> {
                    long most = random.nextLong(40 * rows(1).heapBytes());
                    BucketCache cache = new BucketCache(most);
                    for (int i = 0; i < 200; i++) {
                        BucketKey bucket = bucket(random.nextInt(8));
                        switch (random.nextInt(5)) {
                            case 0 -> cache.put(bucket, rows(random.nextInt(300)));
                            case 1 -> cache.remove(bucket);
                            case 2 -> code(cache.get(bucket));
                            default -> cache.append(bucket, ROW);
                        }
                        cache.get(bucket); // what was coded since is counted
                        assertThat(cache.bytes()).isBetween(0L, most);
                    }
                    cache.removeAll(2);
                    long held = 0;
                    for (int i = 0; i < 8; i++) {
                        BucketRows rows = cache.get(bucket(i));
                        held += rows == null ? 0 : rows.heapBytes();
                    }
                    assertThat(cache.bytes()).isEqualTo(held);
                    cache.removeAll(1);
                    assertThat(cache.bytes()).isZero();
                });
    }

    private static void code(@Nullable BucketRows rows) {
        if (rows != null) {
            rows.coarse(CODE);
            assertThat(rows.coarse(CODE)).isNotNull();
        }
    }

    @Test
    void leastRecentlyReadBucketGoesFirst() {
        BucketCache cache = new BucketCache(4 * rows(3).heapBytes());
        cache.put(bucket(0), rows(3));
        cache.put(bucket(1), rows(3));
        cache.put(bucket(2), rows(3));
        cache.put(bucket(3), rows(3));
        assertThat(cache.get(bucket(0))).isNotNull();
        cache.put(bucket(4), rows(1));
        assertThat(cache.get(bucket(1))).isNull();
        assertThat(cache.get(bucket(0))).isNotNull();
        assertThat(cache.hits()).isEqualTo(2);
        assertThat(cache.misses()).isEqualTo(1);
    }

    @Test
    void bucketOfMoreThanAQuarterIsNotKept() {
        BucketCache cache = new BucketCache(4 * rows(3).heapBytes());
        cache.put(bucket(0), rows(4));
        assertThat(cache.get(bucket(0))).isNull();
        cache.put(bucket(1), rows(3));
        assertThat(cache.get(bucket(1))).isNotNull();
        cache.append(bucket(1), ROW);
        assertThat(cache.get(bucket(1))).isNull();
        assertThat(cache.bytes()).isZero();
    }

    @Test
    void whatIsAppendedToACachedBucketIsInItsRows() {
        BucketCache cache = new BucketCache(100 * rows(3).heapBytes());
        cache.put(bucket(0), rows(2));
        cache.append(bucket(0), ROW);
        cache.append(bucket(1), ROW);
        assertThat(cache.get(bucket(0)).count()).isEqualTo(3);
        assertThat(cache.get(bucket(1))).isNull();
    }

    /** Rows that are read for one search only are not worth coding. */
    @Test
    void rowsAreCodedAtTheirSecondSearchAndWhatIsAppendedToo() {
        BucketRows rows = rows(2);
        assertThat(rows.coarse(CODE)).isNull();
        CoarseColumns coded = rows.coarse(CODE);
        assertThat(coded).isNotNull();
        long before = rows.heapBytes();
        rows.addBlock(ROW, ROW.length);
        assertThat(rows.coarse(CODE)).isSameAs(coded);
        assertThat(rows.heapBytes()).isGreaterThan(before);
        byte[] vector = Arrays.copyOfRange(ROW, ROW.length - VECTOR.length, ROW.length);
        CoarseCode.Query same = CODE.query(vector).orElseThrow();
        assertThat(coded.mayScore(CODE.radius(0), same, 2)).isTrue();
        byte[] far = Vectors.fromFloats(-9, 1, 8, -2, 7, 3, -6, 4, 5, 5, -4, 6, 3, 7, -2, 8);
        assertThat(coded.mayScore(CODE.radius(1), CODE.query(far).orElseThrow(), 2)).isFalse();
    }
}
