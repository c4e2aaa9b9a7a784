package io.nearstream.operators.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.PairBucket;
import io.nearstream.core.join.RecordRef;
import io.nearstream.core.join.Visit;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Version;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What stays on the heap. */
class BucketCacheTest {
    private static final long BYTES_MAX = 20_000;
    private static final int LARGE = 8_000;

    private static PairBucket bucket(int vectorBytes) {
        JoinRule rule =
                new JoinRule(
                        Metric.L2,
                        Encoding.UINT8,
                        vectorBytes / 2,
                        1,
                        false,
                        JoinRule.UNLIMITED,
                        JoinRule.UNLIMITED,
                        true);
        PairBucket bucket = new PairBucket(rule);
        for (int i = 0; i < 2; i++) {
            RecordRef record = new RecordRef((byte) 0, "r" + i, new Version(i, 0, 0));
            byte[] vector = new byte[vectorBytes / 2];
            vector[0] = (byte) (i * 50);
            JoinChange change = new JoinChange(record, false, vector, i, JoinChange.NEVER);
            bucket.apply(Visit.single(0, Visit.Kind.LIVE, change), said -> {});
        }
        return bucket;
    }

    private static long kept(BucketCache cache, int from, int to) {
        long kept = 0;
        for (int number = from; number < to; number++) {
            kept += cache.get(number) == null ? 0 : 1;
        }
        return kept;
    }

    @Test
    void smallOnesComeWhereThereIsRoomAndNothingGoesForThem() {
        BucketCache cache = new BucketCache(BYTES_MAX, new SplittableRandom(1));
        for (int number = 0; number < 100; number++) {
            cache.put(number, bucket(2));
        }
        long small = kept(cache, 0, 100);
        assertThat(small).isBetween(5L, 99L);
        assertThat(kept(cache, 0, (int) small)).as("the first ones").isEqualTo(small);
        assertThat(cache.bytes()).isLessThanOrEqualTo(BYTES_MAX);
    }

    @Test
    void othersComeInAnyCaseAndWhateverGoesIsForgotten() {
        BucketCache cache = new BucketCache(BYTES_MAX, new SplittableRandom(1));
        for (int number = 0; number < 100; number++) {
            cache.put(number, bucket(2));
        }
        for (int number = 100; number < 110; number++) {
            cache.put(number, bucket(LARGE));
            assertThat(cache.get(number)).as("the one in use").isNotNull();
            assertThat(cache.bytes()).isLessThanOrEqualTo(BYTES_MAX);
        }
        assertThat(kept(cache, 0, 100)).isLessThan(20);
        cache.remove(109);
        cache.remove(109);
        for (int number = 0; number < 109; number++) {
            cache.remove(number);
        }
        assertThat(cache.bytes()).isZero();
    }
}
