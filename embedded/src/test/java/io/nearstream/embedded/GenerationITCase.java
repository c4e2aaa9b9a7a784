package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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

    private static CollectionSettings create(
            String name, BucketScheme buckets, int hashBits, int tables) {
        return client.collections()
                .create(
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

    private static WriteReceipt load(CollectionSettings settings, Map<String, byte[]> live)
            throws Exception {
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (Map.Entry<String, byte[]> entry : live.entrySet()) {
            receipts.add(
                    client.writer()
                            .upsert(VectorUpsert.of(settings, entry.getKey(), entry.getValue())));
        }
        long newest = 0;
        WriteReceipt last = null;
        for (CompletableFuture<WriteReceipt> future : receipts) {
            WriteReceipt receipt = future.get(30, TimeUnit.SECONDS);
            if (receipt.appendTime() >= newest) {
                newest = receipt.appendTime();
                last = receipt;
            }
        }
        return last;
    }

    private static ProbeResult ask(ProbeRequest request) {
        return client.prober().ask(request.deadline(PATIENCE));
    }

    private static Map<String, byte[]> random(SplittableRandom random, int count) {
        Map<String, byte[]> vectors = new HashMap<>();
        for (int i = 0; i < count; i++) {
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

    private static double[] exact(Map<String, byte[]> live, byte[] query, int k) {
        return live.values().stream()
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
        CollectionSettings settings = create("moving", BucketScheme.LEARNED, 0, 0);
        SplittableRandom random = new SplittableRandom(11);
        Map<String, byte[]> early = random(random, 700);
        WriteReceipt first = load(settings, early);
        client.prober().awaitVisible("moving", early.get("v0"), first.appendTime(), PATIENCE);

        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> probing =
                CompletableFuture.runAsync(() -> probeOwnVectors(early, done));
        Map<String, byte[]> all = new HashMap<>(early);
        for (int i = 700; i < VECTORS; i++) {
            all.put("v" + i, vector(random));
        }
        Map<String, byte[]> late = new HashMap<>(all);
        late.keySet().removeAll(early.keySet());
        WriteReceipt last = load(settings, late);
        client.collections().awaitSettled("moving", 1, Duration.ofSeconds(60));
        done.set(true);
        probing.get(30, TimeUnit.SECONDS);

        for (int i = 0; i < 50; i++) {
            byte[] query = vector(random);
            ProbeResult exhaustive =
                    ask(
                            ProbeRequest.nearest("moving", 10, List.of(query))
                                    .exhaustive()
                                    .atLeast(last.appendTime()));
            assertThat(distances(exhaustive)).containsExactly(exact(all, query, 10));
            assertThat(exhaustive.getVectorsScored()).isBetween((long) VECTORS, 2L * VECTORS);
            ProbeResult routed = ask(ProbeRequest.nearest("moving", 10, List.of(query)));
            assertThat(routed.getStatus()).isEqualTo(ProbeStatus.COMPLETE);
            assertThat(routed.getBucketsVisited()).isLessThanOrEqualTo(32);
            assertThat(routed.getVectorsScored()).isLessThan(VECTORS);
        }
        deleteAndReplace(settings, all, random);
    }

    private static void probeOwnVectors(Map<String, byte[]> vectors, AtomicBoolean done) {
        int probes = 0;
        SplittableRandom random = new SplittableRandom(5);
        while (!done.get() || probes < PROBES_LEAST) {
            String id = "v" + random.nextInt(vectors.size());
            ProbeResult result =
                    ask(ProbeRequest.nearest("moving", 3, List.of(vectors.get(id))).exhaustive());
            List<String> ids =
                    result.getAnswers().get(0).getHits().stream().map(Hit::getId).toList();
            assertThat(ids).as("probe %d of %s", probes, id).contains(id).doesNotHaveDuplicates();
            probes++;
        }
    }

    private static void deleteAndReplace(
            CollectionSettings settings, Map<String, byte[]> live, SplittableRandom random)
            throws Exception {
        WriteReceipt last = null;
        for (int i = 0; i < 300; i++) {
            last = client.writer().delete("moving", "v" + i).get(20, TimeUnit.SECONDS);
            live.remove("v" + i);
        }
        Map<String, byte[]> replaced = new HashMap<>();
        for (int i = 300; i < 600; i++) {
            replaced.put("v" + i, vector(random));
        }
        live.putAll(replaced);
        WriteReceipt replacing = load(settings, replaced);
        long asOf = Math.max(last.appendTime(), replacing.appendTime());
        for (int i = 0; i < 30; i++) {
            byte[] query = vector(random);
            ProbeResult result =
                    ask(
                            ProbeRequest.nearest("moving", 20, List.of(query))
                                    .exhaustive()
                                    .atLeast(asOf));
            assertThat(distances(result)).containsExactly(exact(live, query, 20));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SIGN_PROJECTION", "P_STABLE", "CROSS_POLYTOPE"})
    void seededFamiliesAnswerLikeBruteForceWhenExhaustive(BucketScheme family) throws Exception {
        String name = family.name().toLowerCase(Locale.ROOT);
        CollectionSettings settings = create(name, family, 6, 3);
        SplittableRandom random = new SplittableRandom(3);
        Map<String, byte[]> all = random(random, VECTORS);
        WriteReceipt last = load(settings, all);
        client.collections().awaitSettled(name, 1, Duration.ofSeconds(60));
        double found = 0;
        int queries = 50;
        for (int i = 0; i < queries; i++) {
            byte[] query = vector(random);
            double[] truth = exact(all, query, 10);
            ProbeResult exhaustive =
                    ask(
                            ProbeRequest.nearest(name, 10, List.of(query))
                                    .exhaustive()
                                    .atLeast(last.appendTime()));
            assertThat(distances(exhaustive)).containsExactly(truth);
            ProbeResult routed = ask(ProbeRequest.nearest(name, 10, List.of(query)));
            for (double distance : distances(routed)) {
                found += distance <= truth[9] ? 1 : 0;
            }
        }
        assertThat(found / (10.0 * queries)).isGreaterThan(0.85);
    }
}
