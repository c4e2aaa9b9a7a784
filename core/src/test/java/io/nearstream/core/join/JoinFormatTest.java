package io.nearstream.core.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Version;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What lies in savepoints, and what is refused. */
class JoinFormatTest {
    private static final JoinRule RULE =
            new JoinRule(
                    Metric.L2,
                    Encoding.UINT8,
                    2,
                    1,
                    false,
                    JoinRule.UNLIMITED,
                    JoinRule.UNLIMITED,
                    true);

    /** Written by release 0.1; a change here breaks every savepoint with a join in it. */
    private static final String FORMAT_1_GOLDEN =
            "01000001610000000000000005000000010000000000000007000000000000000900020000"
                    + "000300000004000000020a0b"
                    + "02000001610000016200000000000000060000000100000000000000083ff0000000000000"
                    + "03000001"
                    + "62";

    private static JoinChange change(String id, long time, long offset, int... values) {
        byte[] vector = {(byte) values[0], (byte) values[1]};
        RecordRef record = new RecordRef((byte) 0, id, new Version(time, 1, offset));
        return new JoinChange(record, false, vector, 9, JoinChange.NEVER);
    }

    @Test
    void theLogOfABucketIsAsItWas() {
        PairBucket bucket = new PairBucket(RULE);
        List<PairChange> said = new ArrayList<>();
        bucket.apply(
                Visit.of(3, Visit.Kind.LIVE, change("a", 5, 7, 10, 11), new int[] {3, 4}),
                said::add);
        bucket.apply(Visit.single(3, Visit.Kind.LOOK, change("b", 6, 8, 10, 12)), said::add);
        bucket.apply(Visit.end(3, new RecordRef((byte) 0, "b", new Version(7, 1, 9))), said::add);
        assertThat(said).extracting(PairChange::added).containsExactly(true, false);
        byte[] log = bucket.drain();
        assertThat(HexFormat.of().formatHex(log)).isEqualTo(FORMAT_1_GOLDEN);
        PairBucket again = PairBucket.read(RULE, List.of(log));
        assertThat(again.size()).isOne();
        assertThat(again.pairs()).isZero();
        assertThat(bucket.drain()).isEmpty();
    }

    @Test
    void aLogThatIsNoneIsRefused() {
        assertThatThrownBy(() -> PairBucket.read(RULE, List.of(new byte[] {9, 0, 0, 0})))
                .hasMessageContaining("row of kind 9, but this build knows 1 to 5");
        assertThatThrownBy(() -> PairBucket.read(RULE, List.of(new byte[] {1, 0})))
                .hasMessageContaining("ends within a row");
    }

    @Test
    void aLogOfWhatIsGoneIsWasteful() {
        PairBucket bucket = new PairBucket(RULE);
        assertThat(bucket.isWasteful()).isFalse();
        for (int i = 0; i < 300; i++) {
            JoinChange change = change("a", 5 + i, 7, 10, 11);
            bucket.apply(Visit.end(3, change.record()), said -> {});
            bucket.apply(Visit.single(3, Visit.Kind.LIVE, change), said -> {});
        }
        assertThat(bucket.isWasteful()).isTrue();
        byte[] rewritten = bucket.rewrite();
        assertThat(bucket.isWasteful()).isFalse();
        assertThat(rewritten).hasSizeLessThan(100);
        assertThat(PairBucket.read(RULE, List.of(rewritten)).size()).isOne();
    }

    /** States are bound to these words: others are refused. */
    @Test
    void theWordsOfARuleAreAsTheyWere() {
        assertThat(RULE)
                .hasToString(
                        "JoinRule[metric=L2, encoding=UINT8, dimensions=2, eps=1.0, twoSided=false, windowMs=9223372036854775807, retainMs=9223372036854775807, takesBack=true, firstOnly=false]");
    }

    @Test
    void rulesAreChecked() {
        assertThatThrownBy(() -> rule(Metric.INNER_PRODUCT, Encoding.UINT8, 1, 0))
                .hasMessageContaining("it is no distance");
        assertThatThrownBy(() -> rule(Metric.L2, Encoding.UINT8, -1, 0))
                .hasMessageContaining("eps must be 0 or more");
        assertThatThrownBy(() -> rule(Metric.L2, Encoding.UINT8, Double.NaN, 0))
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> rule(Metric.COSINE, Encoding.UINT8, 2.1, 0))
                .hasMessageContaining("at most 2.0 under COSINE");
        assertThatThrownBy(() -> rule(Metric.JACCARD, Encoding.SET64, 1, 0))
                .hasMessageContaining("below 1 under JACCARD");
        assertThatThrownBy(() -> rule(Metric.L2, Encoding.UINT8, 1, -5))
                .hasMessageContaining("window must be 0 milliseconds or more, but was -5");
        assertThatThrownBy(() -> JoinRouting.bands(RULE, 4, 2, 8, 1))
                .hasMessageContaining("metric must be JACCARD for bands");
        assertThatThrownBy(() -> new NearestEarlier(0)).hasMessageContaining("at least 1");
    }

    private static JoinRule rule(Metric metric, Encoding encoding, double eps, long window) {
        return new JoinRule(metric, encoding, 8, eps, false, window, JoinRule.UNLIMITED, true);
    }
}
