package io.nearstream.jobs.query.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.IndexChange;
import io.nearstream.jobs.query.entry.EntryRow;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.testing.Property;
import java.util.List;
import org.junit.jupiter.api.Test;

class BucketCacheTest {
    private static final byte[] ROW =
            EntryRow.put(
                    "id", Samples.version(1), 1, IndexChange.NEVER, List.of(), false, new byte[16]);

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
                    int most = random.nextInt(40 * ROW.length);
                    BucketCache cache = new BucketCache(most);
                    for (int i = 0; i < 200; i++) {
                        BucketKey bucket = bucket(random.nextInt(8));
                        switch (random.nextInt(4)) {
                            case 0 -> cache.put(bucket, rows(random.nextInt(12)));
                            case 1 -> cache.remove(bucket);
                            default -> cache.append(bucket, ROW);
                        }
                        assertThat(cache.bytes()).isBetween(0L, (long) most);
                    }
                    cache.removeAll(2);
                    long held = 0;
                    for (int i = 0; i < 8; i++) {
                        BucketRows rows = cache.get(bucket(i));
                        held += rows == null ? 0 : rows.bytes();
                    }
                    assertThat(cache.bytes()).isEqualTo(held);
                    cache.removeAll(1);
                    assertThat(cache.bytes()).isZero();
                });
    }

    @Test
    void leastRecentlyReadBucketGoesFirst() {
        BucketCache cache = new BucketCache(12L * ROW.length);
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
        BucketCache cache = new BucketCache(12L * ROW.length);
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
        BucketCache cache = new BucketCache(100L * ROW.length);
        cache.put(bucket(0), rows(2));
        cache.append(bucket(0), ROW);
        cache.append(bucket(1), ROW);
        assertThat(cache.get(bucket(0)).count()).isEqualTo(3);
        assertThat(cache.get(bucket(1))).isNull();
    }
}
