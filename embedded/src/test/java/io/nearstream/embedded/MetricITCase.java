package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorBytes;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.embedded.testing.SearchFixture;
import io.nearstream.embedded.testing.WrittenVectors;
import io.nearstream.schemas.Hit;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every metric that is not one of numbers' nearness answers as brute force does. */
class MetricITCase {
    private static final int VECTORS = 2_000;
    private static final int QUERIES = 40;
    private static final int DIMENSIONS = 64;

    @TempDir static Path dir;
    private static SearchFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = SearchFixture.start(dir);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    static List<CollectionSettings> collections() {
        return List.of(
                settings("products", Metric.INNER_PRODUCT, Encoding.FLOAT32, false),
                settings("bits", Metric.HAMMING, Encoding.BINARY, false),
                settings("sampled-bits", Metric.HAMMING, Encoding.BINARY, true),
                settings("sets", Metric.JACCARD, Encoding.SET64, false));
    }

    private static CollectionSettings settings(
            String name, Metric metric, Encoding encoding, boolean sampled) {
        boolean sets = encoding == Encoding.SET64;
        boolean seeded = sampled || sets;
        BucketScheme buckets =
                sets
                        ? BucketScheme.MIN_HASH
                        : sampled ? BucketScheme.BIT_SAMPLING : BucketScheme.LEARNED;
        return new CollectionSettings(
                name,
                1,
                DIMENSIONS,
                metric,
                encoding,
                buckets,
                seeded ? 6 : 0,
                seeded ? (sets ? 24 : 4) : 0,
                7,
                0.95,
                800,
                32,
                sets ? 2 : 0,
                0);
    }

    /** Around one of 20 centres; of any length, some longer than all that were seen before. */
    private static byte[] vector(CollectionSettings settings, SplittableRandom random, int row) {
        SplittableRandom centre = new SplittableRandom(random.nextInt(20));
        if (settings.encoding() == Encoding.SET64) {
            long[] elements = centre.longs(DIMENSIONS).toArray();
            for (int i = 0; i < 12; i++) {
                elements[random.nextInt(DIMENSIONS)] = random.nextLong();
            }
            return VectorBytes.ofSet(DIMENSIONS, elements);
        }
        float[] values = new float[DIMENSIONS];
        boolean binary = settings.encoding() == Encoding.BINARY;
        double length = row > VECTORS - 20 ? 3 : 0.5 + random.nextDouble();
        for (int i = 0; i < DIMENSIONS; i++) {
            double around = centre.nextGaussian();
            values[i] =
                    binary
                            ? (around > 0) == (random.nextInt(10) > 0) ? 1 : 0
                            : (float) (length * (around + 0.3 * random.nextGaussian()));
        }
        return VectorBytes.encode(values, settings.encoding());
    }

    private static double[] ask(ProbeRequest request) {
        return fixture.ask(request).getAnswers().get(0).getHits().stream()
                .mapToDouble(Hit::getDistance)
                .toArray();
    }

    @ParameterizedTest
    @MethodSource("collections")
    void answersLikeBruteForceWhenExhaustive(CollectionSettings wanted) throws Exception {
        WrittenVectors model = fixture.create(wanted);
        CollectionSettings settings = model.settings();
        SplittableRandom random = new SplittableRandom(3);
        Map<String, byte[]> all = new HashMap<>();
        for (int row = 0; row < VECTORS; row++) {
            all.put("v" + row, vector(settings, random, row));
        }
        long last = model.write(all);
        fixture.awaitSettled(settings.name());
        double found = 0;
        for (int i = 0; i < QUERIES; i++) {
            byte[] query = vector(settings, random, 0);
            double[] truth = Arrays.copyOf(model.exact(query), 10);
            ProbeRequest request =
                    ProbeRequest.nearest(settings.name(), 10, List.of(query)).atLeast(last);
            assertThat(ask(request.exhaustive())).containsExactly(truth);
            ProbeRequest within = ProbeRequest.within(settings.name(), truth[4], List.of(query));
            assertThat(ask(within.exhaustive())).startsWith(Arrays.copyOf(truth, 5)).isSorted();
            for (double distance : ask(ProbeRequest.nearest(settings.name(), 10, List.of(query)))) {
                found += distance <= truth[9] ? 1 : 0;
            }
        }
        assertThat(found / (10.0 * QUERIES)).isGreaterThan(0.85);
    }
}
