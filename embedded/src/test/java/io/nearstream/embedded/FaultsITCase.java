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
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TaskManagers die while vectors are loaded, replaced and deleted, and while they move. */
class FaultsITCase {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int DIMENSIONS = 8;
    private static final int VECTORS = 4_000;
    private static final int KILLS = 3;

    @TempDir static Path dir;

    @Test
    void nothingAcknowledgedIsLostDoubledOrResurrected() throws Exception {
        long seed = Long.getLong("test.seed", System.nanoTime());
        System.out.println("FaultsITCase: replay with -Dtest.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (EmbeddedNearstream nearstream =
                        EmbeddedNearstream.start(EmbeddedOptions.in(dir).withCluster(3, 2, 2));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            CollectionSettings settings = client.collections().create(settings(seed));
            Map<String, byte[]> live = new HashMap<>();
            long asOf = 0;
            for (int round = 0; round <= KILLS; round++) {
                List<CompletableFuture<WriteReceipt>> receipts =
                        write(client, settings, live, random, VECTORS / (KILLS + 1));
                if (round < KILLS) {
                    // The second one falls into the training and the move to generation 1.
                    nearstream.flink().killTaskManager(0);
                    nearstream.flink().startTaskManager();
                }
                for (CompletableFuture<WriteReceipt> receipt : receipts) {
                    asOf = Math.max(asOf, receipt.get(60, TimeUnit.SECONDS).appendTime());
                }
            }
            client.collections().awaitSettled("faults", 1, Duration.ofSeconds(120));
            assertThat(nearstream.flink().numRestarts(nearstream.queryJobId())).isPositive();
            assertAnswersAreExact(client, live, random, asOf);
        }
    }

    private static CollectionSettings settings(long seed) {
        return new CollectionSettings(
                "faults",
                1,
                DIMENSIONS,
                Metric.L2,
                Encoding.UINT8,
                BucketScheme.LEARNED,
                0,
                0,
                seed,
                0.95,
                1_000,
                32);
    }

    private static List<CompletableFuture<WriteReceipt>> write(
            NearstreamClient client,
            CollectionSettings settings,
            Map<String, byte[]> live,
            SplittableRandom random,
            int count) {
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String id = "v" + random.nextInt(VECTORS);
            if (live.containsKey(id) && random.nextInt(3) == 0) {
                live.remove(id);
                receipts.add(client.writer().delete("faults", id));
            } else {
                byte[] vector = new byte[DIMENSIONS];
                random.nextBytes(vector);
                live.put(id, vector);
                receipts.add(client.writer().upsert(VectorUpsert.of(settings, id, vector)));
            }
        }
        return receipts;
    }

    private static void assertAnswersAreExact(
            NearstreamClient client, Map<String, byte[]> live, SplittableRandom random, long asOf) {
        for (int i = 0; i < 20; i++) {
            byte[] query = new byte[DIMENSIONS];
            random.nextBytes(query);
            ProbeResult result =
                    client.prober()
                            .ask(
                                    ProbeRequest.nearest("faults", 1_000, List.of(query))
                                            .exhaustive()
                                            .atLeast(asOf)
                                            .deadline(DEADLINE));
            assertThat(result.getStatus()).isEqualTo(ProbeStatus.COMPLETE);
            List<Hit> hits = result.getAnswers().get(0).getHits();
            assertThat(hits.stream().map(Hit::getId)).doesNotHaveDuplicates();
            assertThat(live.keySet()).containsAll(hits.stream().map(Hit::getId).toList());
            double[] exact =
                    live.values().stream()
                            .mapToDouble(vector -> distance(vector, query))
                            .sorted()
                            .limit(1_000)
                            .toArray();
            assertThat(hits.stream().mapToDouble(Hit::getDistance).toArray())
                    .containsExactly(exact);
        }
    }

    private static double distance(byte[] left, byte[] right) {
        long sum = 0;
        for (int i = 0; i < left.length; i++) {
            int difference = (left[i] & 0xff) - (right[i] & 0xff);
            sum += (long) difference * difference;
        }
        return Math.sqrt(sum);
    }
}
