package io.nearstream.bench;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Metric;
import io.nearstream.formats.VectorFile;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Recall under filters, through Kafka: {@code BASE QUERY METRIC QUERIES}. A record has each of the
 * labels by chance; the truth is the same probe of all buckets.
 */
public final class FilterStudy {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String COLLECTION = "filters";
    private static final int K = 10;

    /** One record in so many has the label. */
    private static final List<Integer> EVERY = List.of(2, 10, 100, 1_000);

    private FilterStudy() {}

    /** Prints one row for each label. */
    public static void main(String[] arguments) throws Exception {
        VectorFile base = VectorFile.open(Path.of(arguments[0]));
        List<byte[]> queries =
                VectorFile.open(Path.of(arguments[1])).head(Integer.parseInt(arguments[3]));
        Metric metric = Metric.valueOf(arguments[2].toUpperCase(Locale.ROOT));
        try (ScratchDirectory scratch = ScratchDirectory.create("nearstream-filters-");
                BenchCluster cluster = BenchCluster.start(1, 1, Map.of(), scratch.path());
                NearstreamClient client = NearstreamClient.connect(cluster.bootstrap())) {
            CollectionSettings settings =
                    client.collections()
                            .create(
                                    CollectionSettings.learned(
                                            COLLECTION,
                                            1,
                                            base.dimensions(),
                                            metric,
                                            base.encoding()));
            long written = load(client, settings, base);
            client.collections().awaitSettled(COLLECTION, 1, Duration.ofMinutes(5));
            System.out.println(
                    "| passes | recall@10 | buckets | scored | partial |\n|---|---|---|---|---|");
            System.out.println(row(client, queries, List.of(), "all", written));
            for (int every : EVERY) {
                String share = "%.1f %%".formatted(100.0 / every);
                System.out.println(row(client, queries, List.of("1/" + every), share, written));
            }
        }
    }

    private static long load(NearstreamClient client, CollectionSettings settings, VectorFile base)
            throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        base.forEach(
                (row, vector) -> {
                    List<String> labels =
                            EVERY.stream()
                                    .filter(every -> random.nextInt(every) == 0)
                                    .map(every -> "1/" + every)
                                    .toList();
                    receipts.add(
                            client.writer()
                                    .upsert(
                                            VectorUpsert.of(settings, "v" + row, vector)
                                                    .withLabels(labels)));
                });
        long written = 0;
        for (CompletableFuture<WriteReceipt> receipt : receipts) {
            written = Math.max(written, receipt.get().appendTime());
        }
        return written;
    }

    private static String row(
            NearstreamClient client,
            List<byte[]> queries,
            List<String> labels,
            String share,
            long written) {
        double found = 0;
        double wanted = 0;
        double buckets = 0;
        double scored = 0;
        int partial = 0;
        for (byte[] query : queries) {
            ProbeRequest request =
                    ProbeRequest.nearest(COLLECTION, K, List.of(query))
                            .anyOf(labels)
                            .atLeast(written)
                            .deadline(PATIENCE);
            ProbeResult routed = client.prober().ask(request);
            Set<String> truth = ids(client.prober().ask(request.exhaustive()));
            Set<String> hits = ids(routed);
            wanted += truth.size();
            hits.retainAll(truth);
            found += hits.size();
            buckets += routed.getBucketsVisited();
            scored += routed.getVectorsScored();
            partial += routed.getStatus() == ProbeStatus.COMPLETE ? 0 : 1;
        }
        int asked = queries.size();
        return "| %s | %.4f | %.1f | %.0f | %d |"
                .formatted(share, found / wanted, buckets / asked, scored / asked, partial);
    }

    private static Set<String> ids(ProbeResult result) {
        return result.getAnswers().get(0).getHits().stream()
                .map(Hit::getId)
                .collect(Collectors.toCollection(HashSet::new));
    }
}
