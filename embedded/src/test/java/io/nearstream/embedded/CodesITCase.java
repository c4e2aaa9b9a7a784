package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorBytes;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.embedded.testing.Await;
import io.nearstream.schemas.Answer;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Collections whose buckets keep codes answer with exact distances, whatever is asked. */
class CodesITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int VECTORS = 2_000;
    private static final int QUERIES = 30;
    private static final int DIMENSIONS = 32;
    private static final int K = 10;

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

    private static CollectionSettings create(String name, CodeKind kind, Metric metric) {
        CollectionSettings plain =
                CollectionSettings.learned(name, 1, DIMENSIONS, metric, Encoding.FLOAT32);
        return client.collections()
                .create(
                        new CollectionSettings(
                                name,
                                1,
                                DIMENSIONS,
                                metric,
                                Encoding.FLOAT32,
                                plain.buckets(),
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

    /** What was written, as brute force sees it. */
    private static final class Model {
        private final CollectionSettings settings;
        private final VectorSpace space;
        private final Map<String, byte[]> vectors = new HashMap<>();

        private Model(CollectionSettings settings) {
            this.settings = settings;
            this.space = VectorSpace.of(settings);
        }

        private static List<String> labels(String id) {
            return List.of(id.hashCode() % 4 == 0 ? "rare" : "common");
        }

        private static byte[] payload(String id) {
            return ("payload of " + id).getBytes(StandardCharsets.UTF_8);
        }

        private long write(Map<String, byte[]> written) throws Exception {
            List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
            for (Map.Entry<String, byte[]> entry : written.entrySet()) {
                String id = entry.getKey();
                receipts.add(
                        client.writer()
                                .upsert(
                                        VectorUpsert.of(settings, id, entry.getValue())
                                                .withLabels(labels(id))
                                                .withPayload(payload(id))));
            }
            vectors.putAll(written);
            return last(receipts);
        }

        private long delete(Set<String> ids) throws Exception {
            List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
            for (String id : ids) {
                receipts.add(client.writer().delete(settings.name(), id));
                vectors.remove(id);
            }
            return last(receipts);
        }

        private static long last(List<CompletableFuture<WriteReceipt>> receipts) throws Exception {
            long last = 0;
            for (CompletableFuture<WriteReceipt> receipt : receipts) {
                last = Math.max(last, receipt.get(30, TimeUnit.SECONDS).appendTime());
            }
            return last;
        }

        private double distance(byte[] query, byte[] vector) {
            return space.distance(
                    space.score(space.query(query), vector, 0, space.inverseNorm(vector, 0)));
        }

        private double[] exact(byte[] query) {
            return vectors.values().stream()
                    .mapToDouble(vector -> distance(query, vector))
                    .sorted()
                    .toArray();
        }

        /** Every hit is what its record is; how many are no farther than the truth allows. */
        private int verified(byte[] query, Answer answer, double farthest) {
            Set<String> ids = new HashSet<>();
            double before = Double.NEGATIVE_INFINITY;
            int found = 0;
            for (Hit hit : answer.getHits()) {
                assertThat(vectors).containsKey(hit.getId());
                assertThat(ids.add(hit.getId())).isTrue();
                assertThat(hit.getDistance())
                        .isCloseTo(distance(query, vectors.get(hit.getId())), within(1e-6));
                assertThat(hit.getDistance()).isGreaterThanOrEqualTo(before);
                before = hit.getDistance();
                found += hit.getDistance() <= farthest + 1e-6 ? 1 : 0;
            }
            return found;
        }
    }

    private static Map<String, byte[]> random(SplittableRandom random, int from, int to) {
        Map<String, byte[]> vectors = new HashMap<>();
        for (int i = from; i < to; i++) {
            vectors.put("v" + i, vector(random));
        }
        return vectors;
    }

    private static ProbeResult ask(ProbeRequest request) {
        ProbeResult result = client.prober().ask(request.deadline(PATIENCE));
        assertThat(result.getStatus()).as(result.getMessage()).isEqualTo(ProbeStatus.COMPLETE);
        return result;
    }

    private static void assertNearest(Model model, SplittableRandom random, long asOf) {
        String name = model.settings.name();
        List<byte[]> queries = new ArrayList<>();
        for (int i = 0; i < QUERIES; i++) {
            queries.add(vector(random));
        }
        ProbeResult batch = ask(ProbeRequest.nearest(name, K, queries).exhaustive().atLeast(asOf));
        int all = 0;
        int within = 0;
        int expectedWithin = 0;
        int routed = 0;
        for (int i = 0; i < QUERIES; i++) {
            byte[] query = queries.get(i);
            double[] truth = model.exact(query);
            Answer answer = batch.getAnswers().get(i);
            assertThat(answer.getHits()).hasSize(K);
            all += model.verified(query, answer, truth[K - 1]);
            double radius = truth[30];
            Answer inRadius =
                    ask(ProbeRequest.within(name, radius, List.of(query)).exhaustive())
                            .getAnswers()
                            .get(0);
            assertThat(model.verified(query, inRadius, radius))
                    .isEqualTo(inRadius.getHits().size());
            within += inRadius.getHits().size();
            expectedWithin += (int) Arrays.stream(truth).filter(d -> d <= radius).count();
            routed +=
                    model.verified(
                            query,
                            ask(ProbeRequest.nearest(name, K, List.of(query))).getAnswers().get(0),
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
        Model model = new Model(create(name, kind, metric));
        SplittableRandom random = new SplittableRandom(3);
        long first = model.write(random(random, 0, VECTORS));
        assertThat(ask(ProbeRequest.nearest(name, K, List.of(vector(random))).atLeast(first)))
                .isNotNull();
        client.collections().awaitSettled(name, 1, Duration.ofSeconds(60));
        assertNearest(model, random, first);

        Set<String> gone = random(random, 0, 300).keySet();
        long deleted = model.delete(gone);
        long replaced = model.write(random(random, 300, 600));
        assertNearest(model, random, Math.max(deleted, replaced));
        assertExtras(model, random, gone);
    }

    @Test
    void answersAreExactAfterAKilledTaskManager() throws Exception {
        Model model = new Model(create("killed", CodeKind.RABITQ_4, Metric.L2));
        SplittableRandom random = new SplittableRandom(5);
        model.write(random(random, 0, VECTORS));
        client.collections().awaitSettled("killed", 1, Duration.ofSeconds(60));
        model.write(random(random, 0, 400));
        EmbeddedFlink flink = nearstream.flink();
        int before = flink.numRestarts(nearstream.queryJobId());
        flink.killTaskManager(0);
        flink.startTaskManager();
        Await.until(
                "the query job restarts",
                () -> flink.numRestarts(nearstream.queryJobId()) > before);
        flink.awaitRunning(nearstream.queryJobId(), Duration.ofSeconds(60));
        long replaced = model.write(random(random, 400, 500));
        long deleted = model.delete(random(random, 500, 600).keySet());
        assertNearest(model, random, Math.max(replaced, deleted));
    }

    private static void assertExtras(Model model, SplittableRandom random, Set<String> gone) {
        String name = model.settings.name();
        byte[] query = vector(random);
        ProbeResult full =
                ask(
                        ProbeRequest.nearest(name, K, List.of(query))
                                .withVectors()
                                .withPayloads()
                                .anyOf(List.of("rare"))
                                .strong());
        assertThat(full.getAnswers().get(0).getHits()).isNotEmpty();
        for (Hit hit : full.getAnswers().get(0).getHits()) {
            assertThat(hit.getVector()).isEqualTo(ByteBuffer.wrap(model.vectors.get(hit.getId())));
            assertThat(hit.getPayload()).isEqualTo(ByteBuffer.wrap(Model.payload(hit.getId())));
            assertThat(hit.getLabels()).containsExactly("rare");
        }
        String absent = gone.iterator().next();
        ProbeResult fetched =
                ask(ProbeRequest.fetch(name, List.of("v400", absent, "v1500")).withVectors());
        assertThat(fetched.getAnswers().get(1).getHits()).isEmpty();
        assertThat(fetched.getAnswers().get(0).getHits().get(0).getVector())
                .isEqualTo(ByteBuffer.wrap(model.vectors.get("v400")));
        assertThat(fetched.getAnswers().get(2).getHits().get(0).getVector())
                .isEqualTo(ByteBuffer.wrap(model.vectors.get("v1500")));
        ProbeResult bare = ask(ProbeRequest.fetch(name, List.of("v400")));
        assertThat(bare.getAnswers().get(0).getHits().get(0).getVector()).isNull();
    }
}
