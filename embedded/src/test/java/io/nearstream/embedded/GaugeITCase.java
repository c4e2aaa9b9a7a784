package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.CollectionInfo;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.RecallInfo;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A collection that was calibrated on easy vectors gets hard ones: the gauge sees that recall is
 * low, and probes visit more buckets until it is not.
 */
class GaugeITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String NAME = "gauged";
    private static final double TARGET = 0.9;
    private static final int DIMENSIONS = 12;

    /**
     * More than cells, so that a cell holds whole clusters, however training starts: one is enough.
     */
    private static final int CLUSTERS = 128;

    private static final int CELLS = 64;
    private static final int EASY = 2_000;
    private static final int TRAINED_AFTER = 1_900;
    private static final int HARD = 2_400;
    private static final int K = 10;
    private static final int ROUNDS_MAX = 1_000;
    private static final int PROBES_IN_ROUND = 20;

    @TempDir static Path dir;
    private static EmbeddedNearstream nearstream;
    private static NearstreamClient client;

    @BeforeAll
    static void start() throws Exception {
        nearstream =
                EmbeddedNearstream.start(
                        EmbeddedOptions.in(dir)
                                .withCluster(1, 4, 2)
                                .withOverrides(
                                        Map.of(
                                                "nearstream.query.recall-share", "1",
                                                "nearstream.query.recall-rate", "1000",
                                                "nearstream.query.recall-slice", "1024")));
        client = NearstreamClient.connect(nearstream.bootstrap());
    }

    @AfterAll
    static void stop() {
        client.close();
        nearstream.close();
    }

    /** In one of many tight clusters. */
    private static byte[] easy(SplittableRandom random) {
        SplittableRandom cluster = new SplittableRandom(random.nextInt(CLUSTERS));
        byte[] vector = new byte[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] = (byte) (cluster.nextInt(240) + random.nextInt(12));
        }
        return vector;
    }

    /** Anywhere, so that neighbours are in many cells. */
    private static byte[] hard(SplittableRandom random) {
        byte[] vector = new byte[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] = (byte) random.nextInt(240);
        }
        return vector;
    }

    private static WriteReceipt load(CollectionSettings settings, int from, List<byte[]> vectors)
            throws Exception {
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (int i = 0; i < vectors.size(); i++) {
            receipts.add(
                    client.writer()
                            .upsert(VectorUpsert.of(settings, "v" + (from + i), vectors.get(i))));
        }
        WriteReceipt last = null;
        for (CompletableFuture<WriteReceipt> receipt : receipts) {
            WriteReceipt next = receipt.get(30, TimeUnit.SECONDS);
            last = last == null || next.appendTime() >= last.appendTime() ? next : last;
        }
        return last;
    }

    private static List<String> ids(ProbeResult result) {
        return result.getAnswers().get(0).getHits().stream().map(Hit::getId).toList();
    }

    /** Recall of probes with the collection's target, and the buckets that each visited. */
    private record Measured(double recall, double buckets) {}

    private static Measured measure(
            SplittableRandom random, int probes, UnaryOperator<ProbeRequest> effort) {
        double found = 0;
        double buckets = 0;
        for (int i = 0; i < probes; i++) {
            ProbeRequest request = ProbeRequest.nearest(NAME, K, List.of(hard(random)));
            ProbeResult routed = client.prober().ask(effort.apply(request).deadline(PATIENCE));
            ProbeResult exact = client.prober().ask(request.exhaustive().deadline(PATIENCE));
            found += ids(exact).stream().filter(ids(routed)::contains).count();
            buckets += routed.getBucketsVisited();
        }
        return new Measured(found / probes / K, buckets / probes);
    }

    @Test
    @Timeout(300)
    void lowRecallIsSeenAndProbesVisitMoreUntilItIsNot() throws Exception {
        CollectionSettings settings =
                client.collections()
                        .create(
                                new CollectionSettings(
                                        NAME,
                                        1,
                                        DIMENSIONS,
                                        Metric.L2,
                                        Encoding.UINT8,
                                        BucketScheme.LEARNED,
                                        0,
                                        0,
                                        7,
                                        TARGET,
                                        TRAINED_AFTER,
                                        CELLS,
                                        0,
                                        0));
        SplittableRandom random = new SplittableRandom(11);
        List<byte[]> easy = new ArrayList<>();
        for (int i = 0; i < EASY; i++) {
            easy.add(easy(random));
        }
        load(settings, 0, easy);
        client.collections().awaitSettled(NAME, 1, Duration.ofSeconds(60));
        List<byte[]> hard = new ArrayList<>();
        for (int i = 0; i < HARD; i++) {
            hard.add(hard(random));
        }
        WriteReceipt last = load(settings, EASY, hard);
        client.prober().awaitVisible(NAME, hard.get(HARD - 1), last.appendTime(), PATIENCE);

        // Buckets by number from here on: a gauge that is quick corrects the target's meanwhile.
        ProbeRequest one = ProbeRequest.nearest(NAME, K, List.of(hard(random)));
        int uncorrected = client.prober().ask(one.deadline(PATIENCE)).getBucketsVisited();
        Measured before = measure(random, 60, request -> request.probes(uncorrected));
        assertThat(before.recall()).isLessThan(TARGET - 0.05);
        RecallInfo first = probeUntil(random, info -> true);
        assertThat(first.generation()).isEqualTo(1);
        assertThat(first.high()).isLessThan(TARGET);
        assertThat(before.recall()).isBetween(first.low() - 0.1, first.high() + 0.1);
        assertThat(first.correction()).isGreaterThan(1);

        // Of many answers: an estimate of the first few after a move has an interval that holds
        // all.
        RecallInfo later =
                probeUntil(random, info -> info.high() >= TARGET && info.low() > TARGET - 0.05);
        Measured after = measure(random, 100, UnaryOperator.identity());
        assertThat(later.correction()).isGreaterThanOrEqualTo(first.correction());
        assertThat(after.recall()).isBetween(later.low() - 0.07, later.high() + 0.07);
        assertThat(after.buckets()).isGreaterThan(1.5 * before.buckets());
        assertThat(after.recall()).isGreaterThan(Math.max(before.recall() + 0.03, TARGET - 0.06));
    }

    private static RecallInfo probeUntil(
            SplittableRandom random, java.util.function.Predicate<RecallInfo> wanted) {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            for (int i = 0; i < PROBES_IN_ROUND; i++) {
                client.prober()
                        .ask(
                                ProbeRequest.nearest(NAME, K, List.of(hard(random)))
                                        .deadline(PATIENCE));
            }
            CollectionInfo info = client.collections().describe(NAME);
            if (!info.recall().isEmpty() && wanted.test(info.recall().get(0))) {
                return info.recall().get(0);
            }
        }
        throw new AssertionError(
                "The gauge said in %d probes no more than %s."
                        .formatted(
                                ROUNDS_MAX * PROBES_IN_ROUND,
                                client.collections().describe(NAME).recall()));
    }
}
