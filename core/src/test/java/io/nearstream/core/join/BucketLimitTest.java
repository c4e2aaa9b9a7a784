package io.nearstream.core.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Version;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A bucket that becomes too large says so, before its log cannot be read. */
class BucketLimitTest {
    private static final BucketLimit LIMIT = new BucketLimit(1_000);
    private static final JoinRule RULE =
            new JoinRule(
                    Metric.L2,
                    Encoding.UINT8,
                    4,
                    5,
                    false,
                    JoinRule.UNLIMITED,
                    JoinRule.UNLIMITED,
                    true);

    private static Visit live(String id, int time, int value) {
        RecordRef record = new RecordRef(JoinRule.LEFT, id, new Version(time, 0, 0));
        byte[] vector = {(byte) value, 0, 0, 0};
        return Visit.single(
                0, Visit.Kind.LIVE, new JoinChange(record, false, vector, time, JoinChange.NEVER));
    }

    @Test
    void aRecordThatIsTooMuchIsNamedWithTheLimitAndWhatToDo() {
        PairBucket bucket = new PairBucket(RULE, LIMIT);
        int room = 1_000 / BucketLog.liveBytes(live("r10", 1, 0).record(), 0, 4);
        for (int i = 10; i < 10 + room; i++) {
            bucket.store(live("r" + i, i, 0));
        }
        assertThatThrownBy(() -> bucket.store(live("r99", 99, 0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("The bucket of record 'r99' would have 10")
                .hasMessageContaining("but may have 1000 at most")
                .hasMessageContaining("more buckets, cells or bands");
        assertThat(bucket.size()).isEqualTo(room);
    }

    @Test
    void pairsCountToo() {
        PairBucket bucket = new PairBucket(RULE, LIMIT);
        assertThatThrownBy(
                        () -> {
                            for (int i = 0; i < 15; i++) {
                                bucket.apply(live("r" + i, i, 0), said -> {});
                            }
                        })
                .hasMessageContaining("but may have 1000 at most");
        assertThat(bucket.pairs()).isPositive();
    }

    /** Half of it need not be of what is gone: a log that is twice as long could not be read. */
    @Test
    void aLongLogIsRewrittenAndIsTheSameBucket() {
        PairBucket bucket = new PairBucket(RULE, LIMIT);
        int time = 0;
        long written = 0;
        do {
            written += bucket.drain().length;
            bucket.store(live("r" + time % 10, ++time, 9 * time));
        } while (!bucket.isWasteful());
        assertThat(written).isLessThanOrEqualTo(LIMIT.logBytesMax());
        byte[] whole = bucket.rewrite();
        assertThat(whole.length).isLessThan(1_000);
        assertThat(bucket.isWasteful()).isFalse();
        assertThat(PairBucket.read(RULE, List.of(whole)).size()).isEqualTo(10);
    }

    @Test
    void aLogThatIsAsLongAsItMayBeIsReadInOneArray() {
        assertThat(BucketLimit.DEFAULT.bytesMax()).isLessThan(Integer.MAX_VALUE);
        assertThat(BucketLimit.DEFAULT.logBytesMax())
                .as("with what the state adds to each block")
                .isLessThan(Integer.MAX_VALUE * 9L / 10);
    }
}
