package io.nearstream.jobs.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.join.JoinRule;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.partition.GenerationTrainer;
import io.nearstream.jobs.common.config.JoinOptions;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.operators.join.BucketRouting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class JoinSettingsTest {
    private static final CollectionSettings POINTS = learned("points", 7, Encoding.UINT8);

    private static final CollectionSettings SETS =
            new CollectionSettings(
                    "sets",
                    10,
                    4,
                    Metric.JACCARD,
                    Encoding.SET64,
                    BucketScheme.MIN_HASH,
                    8,
                    3,
                    1,
                    .95,
                    20,
                    4,
                    2,
                    0);

    private static CollectionSettings learned(String name, long uid, Encoding encoding) {
        return new CollectionSettings(
                name, uid, 2, Metric.L2, encoding, BucketScheme.LEARNED, 0, 0, 1, .95, 20, 4);
    }

    private static TestingDirectory directory() {
        List<byte[]> sample = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sample.add(new byte[] {(byte) (i * 6), (byte) (i % 3)});
        }
        return new TestingDirectory()
                .create(POINTS, 1)
                .publish(POINTS, GenerationTrainer.train(POINTS, sample), 2)
                .create(learned("others", 8, Encoding.UINT8), 3)
                .create(learned("floats", 9, Encoding.FLOAT32), 3)
                .create(
                        new CollectionSettings(
                                "cosines",
                                11,
                                2,
                                Metric.COSINE,
                                Encoding.UINT8,
                                BucketScheme.LEARNED,
                                0,
                                0,
                                1,
                                .95,
                                20,
                                4),
                        3)
                .create(SETS, 3);
    }

    private static Configuration points() {
        Configuration configuration = new Configuration();
        configuration.set(JoinOptions.LEFT, "points");
        configuration.set(JoinOptions.EPS, 1.5);
        return configuration;
    }

    @Test
    void aCollectionIsJoinedWithItselfOverItsCells() {
        JoinSettings settings = JoinSettings.of(points(), directory());
        assertThat(settings.leftUid()).isEqualTo(7);
        assertThat(settings.rightUid()).isEqualTo(7);
        JoinRule rule = settings.topology().rule();
        assertThat(rule.twoSided()).isFalse();
        assertThat(rule.eps()).isEqualTo(1.5);
        assertThat(rule.windowMs()).isEqualTo(JoinRule.UNLIMITED);
        assertThat(settings.topology().routing().remembered()).isNotEmpty();
    }

    @Test
    void twoCollectionsWithinAWindow() {
        Configuration configuration = points();
        configuration.set(JoinOptions.RIGHT, "others");
        configuration.set(JoinOptions.WINDOW, Duration.ofSeconds(5));
        JoinSettings settings = JoinSettings.of(configuration, directory());
        assertThat(settings.rightUid()).isEqualTo(8);
        assertThat(settings.topology().rule().twoSided()).isTrue();
        assertThat(settings.topology().rule().windowMs()).isEqualTo(5_000);
        assertThat(settings.topology().rule().retainMs())
                .as("how late records come is not said")
                .isEqualTo(JoinRule.UNLIMITED);
        configuration.set(JoinOptions.LATENESS, Duration.ofSeconds(2));
        assertThat(JoinSettings.of(configuration, directory()).topology().rule().retainMs())
                .isEqualTo(7_000);
    }

    @Test
    void uniqueRecordsGoIntoAnotherCollection() {
        Configuration configuration = points();
        configuration.set(JoinOptions.UNIQUE_INTO, "others");
        JoinSettings settings = JoinSettings.of(configuration, directory());
        assertThat(settings.uniqueInto().orElseThrow().uid()).isEqualTo(8);
        assertThat(settings.topology().rule().firstOnly()).isTrue();
        assertThat(settings.topology().joined())
                .as("state of another target is refused")
                .endsWith(" into 0000000000000008");
        assertThat(JoinSettings.of(points(), directory()).topology().joined())
                .isEqualTo("collections 0000000000000007 and 0000000000000007");
        assertThat(JoinSettings.of(points(), directory()).uniqueInto()).isEmpty();
        configuration.set(JoinOptions.NEAREST, 3);
        assertThatThrownBy(() -> JoinSettings.of(configuration, directory()))
                .hasMessageContaining("'nearstream.join.unique-into' goes with a join of one");
    }

    @Test
    void whatDoesNotFitIsRefusedByName() {
        String into = JoinOptions.UNIQUE_INTO.key();
        refused(into, "nobody", "'nearstream.join.unique-into' must name a collection");
        refused(into, "points", "'nearstream.join.unique-into' must name another collection");
        refused(into, "floats", "'nearstream.join.unique-into' must name collections of the same");
        refused(into, "cosines", "'points' has L2, UINT8 and 2, and 'cosines' COSINE, UINT8 and 2");
        refused(JoinOptions.LEFT.key(), "nobody", "'nearstream.join.left' must name a collection");
        refused(JoinOptions.LEFT.key(), "others", "has no learned cells (yet)");
        refused(JoinOptions.RIGHT.key(), "floats", "same metric, encoding and dimensions");
        refused(JoinOptions.EPS.key(), "-1", "eps must be 0 or more");
        refused(JoinOptions.VISITING.key(), "0", "a must be above 0 and at most 1");
        refused(JoinOptions.NEAREST.key(), "1001", "'nearstream.join.nearest' must be between");
        refused(JoinOptions.LATENESS.key(), "1 s", "'nearstream.join.lateness' goes with a window");
        refused(JoinOptions.JOB.key(), "A B", "'nearstream.join.job' must be 1 to 64");
        Configuration none = points();
        none.removeConfig(JoinOptions.EPS);
        assertThatThrownBy(() -> JoinSettings.of(none, directory()))
                .hasMessage("'nearstream.join.eps' must be set.");
    }

    @Test
    void whetherEveryPairIsFoundIsSaid() {
        Configuration configuration = points();
        assertThat(JoinSettings.of(configuration, directory()).exactness())
                .isEqualTo(new Exactness(true, "every pair (exact: a = 1)"));
        configuration.set(JoinOptions.VISITING, .5);
        assertThat(JoinSettings.of(configuration, directory()).exactness())
                .isEqualTo(
                        new Exactness(
                                false,
                                "most pairs (a = 0.5; 'nearstream.join.visiting' of 1 is exact)"));
        configuration.removeConfig(JoinOptions.VISITING);
        configuration.set(JoinOptions.BUCKETS, JoinOptions.Buckets.ONE);
        assertThat(JoinSettings.of(configuration, directory()).exactness().exact()).isTrue();
    }

    @Test
    void ofSetsTheShareAtTheDistanceIsSaid() {
        Configuration configuration = points();
        configuration.set(JoinOptions.LEFT, "sets");
        configuration.set(JoinOptions.EPS, .5);
        configuration.set(JoinOptions.TABLES, 2);
        configuration.set(JoinOptions.HASHES, 1);
        Exactness exactness = JoinSettings.of(configuration, directory()).exactness();
        assertThat(exactness.exact()).isFalse();
        assertThat(exactness.words())
                .isEqualTo(
                        "pairs of sets that share one of 2 bands of 1 minimum hashes (about 0.7500 of those at distance 0.5, more of nearer ones)");
    }

    @Test
    void setsInOneBucketAreAllCompared() {
        Configuration configuration = points();
        configuration.set(JoinOptions.LEFT, "sets");
        configuration.set(JoinOptions.EPS, .5);
        configuration.set(JoinOptions.BUCKETS, JoinOptions.Buckets.ONE);
        JoinSettings settings = JoinSettings.of(configuration, directory());
        assertThat(settings.exactness().exact()).isTrue();
        assertThat(settings.topology().routing()).isEqualTo(BucketRouting.single());
    }

    @Test
    void whatHasNoEffectIsRefused() {
        refused(JoinOptions.TABLES.key(), "3", "'nearstream.join.tables' has no effect where");
        refused(JoinOptions.HASHES.key(), "0", "vectors are divided among cells, but was 0");
        Configuration one = points();
        one.set(JoinOptions.BUCKETS, JoinOptions.Buckets.ONE);
        one.set(JoinOptions.VISITING, 7.);
        assertThatThrownBy(() -> JoinSettings.of(one, directory()))
                .hasMessage(
                        "'nearstream.join.visiting' has no effect where 'nearstream.join.buckets' is 'one', but was 7.0. Leave it out.");
        Configuration sets = points();
        sets.set(JoinOptions.LEFT, "sets");
        sets.set(JoinOptions.EPS, .5);
        sets.set(JoinOptions.VISITING, .5);
        assertThatThrownBy(() -> JoinSettings.of(sets, directory()))
                .hasMessageContaining("sets are divided by bands of minimum hashes, but was 0.5");
    }

    private static void refused(String key, String value, String message) {
        Configuration configuration = points();
        configuration.setString(key, value);
        assertThatThrownBy(() -> JoinSettings.of(configuration, directory()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void oneBucketNeedsNoCells() {
        Configuration configuration = points();
        configuration.set(JoinOptions.LEFT, "others");
        configuration.set(JoinOptions.BUCKETS, JoinOptions.Buckets.ONE);
        assertThat(JoinSettings.of(configuration, directory()).topology().routing().remembered())
                .isEmpty();
    }
}
