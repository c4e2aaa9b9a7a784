package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.ProbeRequest;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.embedded.testing.SearchFixture;
import io.nearstream.embedded.testing.WrittenVectors;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Generation 1 is learned and taken up while writes and probes go on. */
class GenerationITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int DIMENSIONS = 16;
    private static final int VECTORS = 3_000;
    private static final int PROBES_LEAST = 10;

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

    private static WrittenVectors create(
            String name, BucketScheme buckets, int hashBits, int tables) {
        return fixture.create(
                new CollectionSettings(
                        name,
                        1,
                        DIMENSIONS,
                        Metric.L2,
                        Encoding.UINT8,
                        buckets,
                        hashBits,
                        tables,
                        7,
                        0.95,
                        800,
                        32,
                        buckets == BucketScheme.P_STABLE ? 4 : 0,
                        buckets == BucketScheme.P_STABLE ? 150 : 0));
    }

    private static byte[] vector(SplittableRandom random) {
        byte[] vector = new byte[DIMENSIONS];
        int cluster = random.nextInt(20);
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] = (byte) ((cluster * 37 + i * 11) % 200 + random.nextInt(40));
        }
        return vector;
    }

    private static Map<String, byte[]> random(SplittableRandom random, int from, int to) {
        Map<String, byte[]> vectors = new HashMap<>();
        for (int i = from; i < to; i++) {
            vectors.put("v" + i, vector(random));
        }
        return vectors;
    }

    private static double distance(byte[] left, byte[] right) {
        long sum = 0;
        for (int i = 0; i < left.length; i++) {
            int difference = (left[i] & 0xff) - (right[i] & 0xff);
            sum += (long) difference * difference;
        }
        return Math.sqrt(sum);
    }

    private static double[] exact(WrittenVectors model, byte[] query, int k) {
        return model.live().values().stream()
                .mapToDouble(vector -> distance(vector, query))
                .sorted()
                .limit(k)
                .toArray();
    }

    private static double[] distances(ProbeResult result) {
        return result.getAnswers().get(0).getHits().stream()
                .mapToDouble(Hit::getDistance)
                .toArray();
    }

    @Test
    void everyVectorIsFoundOnceWhileGenerationOneTakesOver() throws Exception {
        WrittenVectors model = create("moving", BucketScheme.LEARNED, 0, 0);
        SplittableRandom random = new SplittableRandom(11);
        Map<String, byte[]> early = random(random, 0, 700);
        long first = model.write(early);
        fixture.client().prober().awaitVisible("moving", early.get("v0"), first, PATIENCE);

        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> probing =
                CompletableFuture.runAsync(() -> probeOwnVectors(early, done));
        long last = model.write(random(random, 700, VECTORS));
        fixture.awaitSettled("moving");
        done.set(true);
        probing.get(30, TimeUnit.SECONDS);

        for (int i = 0; i < 50; i++) {
            byte[] query = vector(random);
            ProbeResult exhaustive =
                    fixture.ask(
                            ProbeRequest.nearest("moving", 10, List.of(query))
                                    .exhaustive()
                                    .atLeast(last));
            assertThat(distances(exhaustive)).containsExactly(exact(model, query, 10));
            assertThat(exhaustive.getVectorsScored()).isBetween((long) VECTORS, 2L * VECTORS);
            ProbeResult routed = fixture.ask(ProbeRequest.nearest("moving", 10, List.of(query)));
            assertThat(routed.getBucketsVisited()).isLessThanOrEqualTo(32);
            assertThat(routed.getVectorsScored()).isLessThan(VECTORS);
        }
        deleteAndReplace(model, random);
    }

    private static void probeOwnVectors(Map<String, byte[]> vectors, AtomicBoolean done) {
        int probes = 0;
        SplittableRandom random = new SplittableRandom(5);
        while (!done.get() || probes < PROBES_LEAST) {
            String id = "v" + random.nextInt(vectors.size());
            ProbeResult result =
                    fixture.ask(
                            ProbeRequest.nearest("moving", 3, List.of(vectors.get(id)))
                                    .exhaustive());
            List<String> ids =
                    result.getAnswers().get(0).getHits().stream().map(Hit::getId).toList();
            assertThat(ids).as("probe %d of %s", probes, id).contains(id).doesNotHaveDuplicates();
            probes++;
        }
    }

    private static void deleteAndReplace(WrittenVectors model, SplittableRandom random)
            throws Exception {
        long deleted = model.delete(random(random, 0, 300).keySet());
        long replaced = model.write(random(random, 300, 600));
        long asOf = Math.max(deleted, replaced);
        for (int i = 0; i < 30; i++) {
            byte[] query = vector(random);
            ProbeResult result =
                    fixture.ask(
                            ProbeRequest.nearest("moving", 20, List.of(query))
                                    .exhaustive()
                                    .atLeast(asOf));
            assertThat(distances(result)).containsExactly(exact(model, query, 20));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SIGN_PROJECTION", "P_STABLE", "CROSS_POLYTOPE"})
    void seededFamiliesAnswerLikeBruteForceWhenExhaustive(BucketScheme family) throws Exception {
        String name = family.name().toLowerCase(Locale.ROOT);
        WrittenVectors model = create(name, family, 6, 3);
        SplittableRandom random = new SplittableRandom(3);
        long last = model.write(random(random, 0, VECTORS));
        fixture.awaitSettled(name);
        double found = 0;
        int queries = 50;
        for (int i = 0; i < queries; i++) {
            byte[] query = vector(random);
            double[] truth = exact(model, query, 10);
            ProbeResult exhaustive =
                    fixture.ask(
                            ProbeRequest.nearest(name, 10, List.of(query))
                                    .exhaustive()
                                    .atLeast(last));
            assertThat(distances(exhaustive)).containsExactly(truth);
            ProbeResult routed = fixture.ask(ProbeRequest.nearest(name, 10, List.of(query)));
            for (double distance : distances(routed)) {
                found += distance <= truth[9] ? 1 : 0;
            }
        }
        assertThat(found / (10.0 * queries)).isGreaterThan(0.85);
    }
}
