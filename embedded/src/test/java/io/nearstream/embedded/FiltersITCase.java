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
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.testing.Property;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A filter that lets one record of twenty through costs more buckets, and no recall. */
@Timeout(240)
class FiltersITCase {
    private static final String COLLECTION = "labelled";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int DIMENSIONS = 16;
    private static final int VECTORS = 5_000;
    private static final int RARE_EVERY = 20;
    private static final int SCARCE_EVERY = 100;
    private static final int CELLS = 64;
    private static final int QUERIES = 40;
    private static final int K = 10;

    @TempDir private Path dir;

    private record Record(String id, byte[] vector, List<String> labels) {}

    @Test
    void selectiveFiltersKeepTheirRecall() {
        Property.holds(1, random -> filter(random, Map.of()));
    }

    @Test
    void answersSayWhenTheBudgetEnded() {
        Property.holds(
                1,
                random -> filter(random, Map.of(NearstreamOptions.FILTER_BUCKETS_MAX.key(), "2")));
    }

    private void filter(SplittableRandom random, Map<String, String> overrides) throws Exception {
        try (EmbeddedNearstream nearstream =
                        EmbeddedNearstream.start(
                                EmbeddedOptions.in(dir)
                                        .withCluster(2, 2, 2)
                                        .withOverrides(overrides));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            List<Record> records = load(client, random);
            double found = 0;
            double scarce = 0;
            int unfiltered = 0;
            int filtered = 0;
            for (int i = 0; i < QUERIES; i++) {
                byte[] query = vector(random);
                unfiltered += ask(client, query, List.of()).getBucketsVisited();
                ProbeResult result = ask(client, query, List.of("rare"));
                filtered += result.getBucketsVisited();
                if (!overrides.isEmpty()) {
                    assertThat(result.getStatus()).isEqualTo(ProbeStatus.PARTIAL);
                    assertThat(result.getReason()).isEqualTo("FILTER_BUDGET");
                    assertThat(result.getMessage())
                            .contains(NearstreamOptions.FILTER_BUCKETS_MAX.key());
                    continue;
                }
                assertThat(result.getStatus())
                        .as(result.toString())
                        .isEqualTo(ProbeStatus.COMPLETE);
                found += found(result, records, "rare", query);
                scarce += found(ask(client, query, List.of("scarce")), records, "scarce", query);
            }
            if (overrides.isEmpty()) {
                assertThat(found / (K * QUERIES)).isGreaterThanOrEqualTo(0.95);
                assertThat(scarce / (K * QUERIES)).isGreaterThanOrEqualTo(0.95);
                assertThat(filtered)
                        .as("more buckets than without a filter, and not all")
                        .isGreaterThan(unfiltered)
                        .isLessThan(QUERIES * CELLS * 3 / 4);
            }
        }
    }

    /** How many of the nearest with a label there are in an answer. */
    private static long found(
            ProbeResult result, List<Record> records, String label, byte[] query) {
        List<Hit> hits = result.getAnswers().get(0).getHits();
        assertThat(hits).allMatch(hit -> hit.getLabels().contains(label));
        double last = nearest(records, label, query)[K - 1];
        return hits.stream().filter(hit -> hit.getDistance() <= last).count();
    }

    private static List<Record> load(NearstreamClient client, SplittableRandom random)
            throws Exception {
        CollectionSettings settings =
                client.collections()
                        .create(
                                new CollectionSettings(
                                        COLLECTION,
                                        1,
                                        DIMENSIONS,
                                        Metric.L2,
                                        Encoding.UINT8,
                                        BucketScheme.LEARNED,
                                        0,
                                        0,
                                        7,
                                        0.95,
                                        2_000,
                                        CELLS));
        List<Record> records = new ArrayList<>();
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (int i = 0; i < VECTORS; i++) {
            Record record = new Record("v" + i, vector(random), labels(i));
            records.add(record);
            receipts.add(
                    client.writer()
                            .upsert(
                                    VectorUpsert.of(settings, record.id, record.vector)
                                            .withLabels(record.labels)));
        }
        long newest = 0;
        for (CompletableFuture<WriteReceipt> receipt : receipts) {
            newest = Math.max(newest, receipt.get(60, TimeUnit.SECONDS).appendTime());
        }
        client.prober().awaitVisible(COLLECTION, records.get(0).vector, newest, PATIENCE);
        client.collections().awaitSettled(COLLECTION, 1, PATIENCE);
        return records;
    }

    /** One in a hundred is both. */
    private static List<String> labels(int row) {
        if (row % RARE_EVERY > 0) {
            return List.of("common");
        }
        return row % SCARCE_EVERY == 0 ? List.of("rare", "scarce") : List.of("rare");
    }

    private static byte[] vector(SplittableRandom random) {
        byte[] vector = new byte[DIMENSIONS];
        int cluster = random.nextInt(20);
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] = (byte) ((cluster * 37 + i * 11) % 200 + random.nextInt(40));
        }
        return vector;
    }

    private static ProbeResult ask(NearstreamClient client, byte[] query, List<String> labels) {
        return client.prober()
                .ask(
                        ProbeRequest.nearest(COLLECTION, K, List.of(query))
                                .anyOf(labels)
                                .deadline(PATIENCE));
    }

    private static double[] nearest(List<Record> records, String label, byte[] query) {
        return records.stream()
                .filter(record -> record.labels.contains(label))
                .map(record -> distance(record.vector, query))
                .sorted(Comparator.naturalOrder())
                .limit(K)
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    private static double distance(byte[] left, byte[] right) {
        return Math.sqrt(
                IntStream.range(0, left.length)
                        .mapToLong(i -> (left[i] & 0xff) - (right[i] & 0xff))
                        .map(difference -> difference * difference)
                        .sum());
    }
}
