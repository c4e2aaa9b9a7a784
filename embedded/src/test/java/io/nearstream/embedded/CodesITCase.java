package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorBytes;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.SearchFixture;
import io.nearstream.embedded.testing.WrittenVectors;
import io.nearstream.schemas.Answer;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Collections whose buckets keep codes answer with exact distances, whatever is asked. */
class CodesITCase {
    private static final int VECTORS = 2_000;
    private static final int QUERIES = 30;
    private static final int DIMENSIONS = 32;
    private static final int K = 10;

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

    private static WrittenVectors create(String name, CodeKind kind, Metric metric) {
        return fixture.create(
                new CollectionSettings(
                        name,
                        1,
                        DIMENSIONS,
                        metric,
                        Encoding.FLOAT32,
                        BucketScheme.LEARNED,
                        0,
                        0,
                        7,
                        0.95,
                        800,
                        32,
                        0,
                        0,
                        kind,
                        0));
    }

    private static byte[] vector(SplittableRandom random) {
        SplittableRandom centre = new SplittableRandom(random.nextInt(20));
        float[] values = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            values[i] = (float) (2 + centre.nextGaussian() + 0.3 * random.nextGaussian());
        }
        return VectorBytes.ofFloats(values);
    }

    private static List<String> labels(String id) {
        return List.of(id.hashCode() % 4 == 0 ? "rare" : "common");
    }

    private static byte[] payload(String id) {
        return ("payload of " + id).getBytes(StandardCharsets.UTF_8);
    }

    private static long write(WrittenVectors vectors, Map<String, byte[]> written)
            throws Exception {
        return vectors.write(
                written,
                upsert -> upsert.withLabels(labels(upsert.id())).withPayload(payload(upsert.id())));
    }

    /** Every hit is what its record is; how many are no farther than the truth allows. */
    private static int verified(
            WrittenVectors vectors, byte[] query, Answer answer, double farthest) {
        Set<String> ids = new HashSet<>();
        double before = Double.NEGATIVE_INFINITY;
        int found = 0;
        for (Hit hit : answer.getHits()) {
            assertThat(vectors.live()).containsKey(hit.getId());
            assertThat(ids.add(hit.getId())).isTrue();
            assertThat(hit.getDistance())
                    .isCloseTo(
                            vectors.distance(query, vectors.live().get(hit.getId())), within(1e-6));
            assertThat(hit.getEstimated()).isFalse();
            assertThat(hit.getDistance()).isGreaterThanOrEqualTo(before);
            before = hit.getDistance();
            found += hit.getDistance() <= farthest + 1e-6 ? 1 : 0;
        }
        return found;
    }

    private static Map<String, byte[]> random(SplittableRandom random, int from, int to) {
        Map<String, byte[]> vectors = new HashMap<>();
        for (int i = from; i < to; i++) {
            vectors.put("v" + i, vector(random));
        }
        return vectors;
    }

    private static void assertNearest(WrittenVectors model, SplittableRandom random, long asOf) {
        String name = model.name();
        List<byte[]> queries = new ArrayList<>();
        for (int i = 0; i < QUERIES; i++) {
            queries.add(vector(random));
        }
        ProbeResult batch =
                fixture.ask(ProbeRequest.nearest(name, K, queries).exhaustive().atLeast(asOf));
        int all = 0;
        int within = 0;
        int expectedWithin = 0;
        int routed = 0;
        for (int i = 0; i < QUERIES; i++) {
            byte[] query = queries.get(i);
            double[] truth = model.exact(query);
            Answer answer = batch.getAnswers().get(i);
            assertThat(answer.getHits()).hasSize(K);
            all += verified(model, query, answer, truth[K - 1]);
            double radius = truth[30];
            Answer inRadius =
                    fixture.ask(ProbeRequest.within(name, radius, List.of(query)).exhaustive())
                            .getAnswers()
                            .get(0);
            assertThat(verified(model, query, inRadius, radius))
                    .isEqualTo(inRadius.getHits().size());
            within += inRadius.getHits().size();
            expectedWithin += (int) Arrays.stream(truth).filter(d -> d <= radius).count();
            routed +=
                    verified(
                            model,
                            query,
                            fixture.ask(ProbeRequest.nearest(name, K, List.of(query)))
                                    .getAnswers()
                                    .get(0),
                            truth[K - 1]);
        }
        assertThat(all / (double) (K * QUERIES)).isGreaterThan(0.98);
        assertThat(within / (double) expectedWithin).isGreaterThan(0.98);
        assertThat(routed / (double) (K * QUERIES)).isGreaterThan(0.85);
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT16, L2",
        "INT8, L2",
        "INT8, COSINE",
        "RABITQ_4, COSINE",
        "RABITQ_4, INNER_PRODUCT",
        "RABITQ_1, L2",
        "PRODUCT, L2"
    })
    void answersAreExactThroughReplacementsAndDeletes(CodeKind kind, Metric metric)
            throws Exception {
        String name = (kind + "-" + metric).toLowerCase(Locale.ROOT).replace('_', '.');
        WrittenVectors model = create(name, kind, metric);
        SplittableRandom random = new SplittableRandom(3);
        long first = write(model, random(random, 0, VECTORS));
        assertThat(
                        fixture.ask(
                                ProbeRequest.nearest(name, K, List.of(vector(random)))
                                        .atLeast(first)))
                .isNotNull();
        fixture.awaitSettled(name);
        assertNearest(model, random, first);

        Set<String> gone = random(random, 0, 300).keySet();
        long deleted = model.delete(gone);
        long replaced = write(model, random(random, 300, 600));
        assertNearest(model, random, Math.max(deleted, replaced));
        assertExtras(model, random, gone);
    }

    @Test
    void answersAreExactAfterAKilledTaskManager() throws Exception {
        WrittenVectors model = create("killed", CodeKind.RABITQ_4, Metric.L2);
        SplittableRandom random = new SplittableRandom(5);
        write(model, random(random, 0, VECTORS));
        fixture.awaitSettled("killed");
        write(model, random(random, 0, 400));
        EmbeddedFlink flink = fixture.nearstream().flink();
        int before = flink.numRestarts(fixture.nearstream().queryJobId());
        flink.killTaskManager(0);
        flink.startTaskManager();
        Await.until(
                "the query job restarts",
                () -> flink.numRestarts(fixture.nearstream().queryJobId()) > before);
        flink.awaitRunning(fixture.nearstream().queryJobId(), Duration.ofSeconds(60));
        long replaced = write(model, random(random, 400, 500));
        long deleted = model.delete(random(random, 500, 600).keySet());
        assertNearest(model, random, Math.max(replaced, deleted));
    }

    private static void assertExtras(
            WrittenVectors model, SplittableRandom random, Set<String> gone) {
        String name = model.name();
        byte[] query = vector(random);
        ProbeResult full =
                fixture.ask(
                        ProbeRequest.nearest(name, K, List.of(query))
                                .withVectors()
                                .withPayloads()
                                .anyOf(List.of("rare"))
                                .strong());
        assertThat(full.getAnswers().get(0).getHits()).isNotEmpty();
        for (Hit hit : full.getAnswers().get(0).getHits()) {
            assertThat(hit.getVector()).isEqualTo(ByteBuffer.wrap(model.live().get(hit.getId())));
            assertThat(hit.getPayload()).isEqualTo(ByteBuffer.wrap(payload(hit.getId())));
            assertThat(hit.getLabels()).containsExactly("rare");
        }
        String absent = gone.iterator().next();
        ProbeResult fetched =
                fixture.ask(
                        ProbeRequest.fetch(name, List.of("v400", absent, "v1500")).withVectors());
        assertThat(fetched.getAnswers().get(1).getHits()).isEmpty();
        assertThat(fetched.getAnswers().get(0).getHits().get(0).getVector())
                .isEqualTo(ByteBuffer.wrap(model.live().get("v400")));
        assertThat(fetched.getAnswers().get(2).getHits().get(0).getVector())
                .isEqualTo(ByteBuffer.wrap(model.live().get("v1500")));
        ProbeResult bare = fixture.ask(ProbeRequest.fetch(name, List.of("v400")));
        assertThat(bare.getAnswers().get(0).getHits().get(0).getVector()).isNull();
    }
}
