package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorBytes;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every metric that is not one of numbers' nearness answers as brute force does. */
class MetricITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int VECTORS = 2_000;
    private static final int QUERIES = 40;
    private static final int DIMENSIONS = 64;

    @TempDir static Path dir;
    private static EmbeddedNearstream nearstream;
    private static NearstreamClient client;

    @BeforeAll
    static void start() throws Exception {
        nearstream = EmbeddedNearstream.start(EmbeddedOptions.in(dir).withCluster(2, 4, 4));
        client = NearstreamClient.connect(nearstream.bootstrap());
    }

    @AfterAll
    static void stop() {
        client.close();
        nearstream.close();
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

    private static double[] exact(VectorSpace space, List<byte[]> all, byte[] query) {
        VectorSpace.Query prepared = space.query(query);
        return all.stream()
                .mapToDouble(
                        vector ->
                                space.distance(
                                        space.score(
                                                prepared, vector, 0, space.inverseNorm(vector, 0))))
                .sorted()
                .limit(10)
                .toArray();
    }

    private static double[] ask(ProbeRequest request) {
        ProbeResult result = client.prober().ask(request.deadline(PATIENCE));
        return result.getAnswers().get(0).getHits().stream()
                .mapToDouble(Hit::getDistance)
                .toArray();
    }

    @ParameterizedTest
    @MethodSource("collections")
    void answersLikeBruteForceWhenExhaustive(CollectionSettings wanted) throws Exception {
        CollectionSettings settings = client.collections().create(wanted);
        VectorSpace space = VectorSpace.of(settings);
        SplittableRandom random = new SplittableRandom(3);
        List<byte[]> all = new ArrayList<>();
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (int row = 0; row < VECTORS; row++) {
            all.add(vector(settings, random, row));
            receipts.add(
                    client.writer().upsert(VectorUpsert.of(settings, "v" + row, all.get(row))));
        }
        long last = 0;
        for (CompletableFuture<WriteReceipt> receipt : receipts) {
            last = Math.max(last, receipt.get(30, TimeUnit.SECONDS).appendTime());
        }
        client.collections().awaitSettled(settings.name(), 1, Duration.ofSeconds(60));
        double found = 0;
        for (int i = 0; i < QUERIES; i++) {
            byte[] query = vector(settings, random, 0);
            double[] truth = exact(space, all, query);
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
