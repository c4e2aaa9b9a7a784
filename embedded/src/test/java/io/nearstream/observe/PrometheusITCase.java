package io.nearstream.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import io.nearstream.embedded.testing.BadKeyValues;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both jobs, with some of everything sent to them, expose what the list of metrics has, and every
 * series that dashboard and alerts ask for.
 */
@Timeout(300)
class PrometheusITCase {
    /** Not changed into something that another collection may be called. */
    private static final String COLLECTION = "observed.a-b";

    /** Labels and metrics that Prometheus adds. */
    private static final Set<String> PROMETHEUS = Set.of("job", "instance", "up");

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int DIMENSIONS = 4;
    private static final int VECTORS = 400;
    private static final int TRAINED_AFTER = 300;
    private static final int PROBES_AT_A_TIME = 20;
    private static final int KEYS = 5;

    @TempDir private Path dir;

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Test
    void everySeriesThatDashboardAndAlertsAskForIsExposed() throws Exception {
        int port = freePort();
        URI metrics = URI.create("http://127.0.0.1:%d/metrics".formatted(port));
        Map<String, String> overrides =
                Map.of(
                        "metrics.reporters", "prom",
                        "metrics.reporter.prom.port", Integer.toString(port),
                        "nearstream.query.recall-share", "1",
                        "nearstream.query.recall-rate", "1000");
        try (EmbeddedNearstream nearstream =
                        EmbeddedNearstream.start(
                                EmbeddedOptions.in(dir)
                                        .withCluster(1, 2, 1)
                                        .withOverrides(overrides));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            SplittableRandom random = new SplittableRandom(5);
            write(client, random);
            writeBad(nearstream.bootstrap(), random);
            long asked = 0;
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            List<String> missing;
            Scrape scrape;
            do {
                asked += probe(client, random);
                scrape = Scrape.of(metrics);
                missing = missing(scrape);
            } while (!missing.isEmpty() && System.nanoTime() < deadline);
            assertThat(missing).isEmpty();
            assertValues(Scrape.of(metrics), asked);
        }
    }

    /** Vectors until there are buckets, and keys. */
    private static void write(NearstreamClient client, SplittableRandom random) throws Exception {
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
                                        0.9,
                                        TRAINED_AFTER,
                                        8,
                                        0,
                                        0));
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (int i = 0; i < VECTORS; i++) {
            receipts.add(
                    client.writer().upsert(VectorUpsert.of(settings, "v" + i, vector(random))));
        }
        for (CompletableFuture<WriteReceipt> receipt : receipts) {
            receipt.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        for (int i = 0; i < KEYS; i++) {
            byte[] value = {(byte) i};
            assertThat(
                            client.keyValues()
                                    .writer()
                                    .apply(KeyValueRequest.put("k" + i, value))
                                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                                    .applied())
                    .isTrue();
        }
        client.collections().awaitSettled(COLLECTION, 1, PATIENCE);
    }

    /** Refusals are counted from the first of a reason on. */
    private static void writeBad(String bootstrap, SplittableRandom random) {
        try (KafkaProducer<byte[], byte[]> raw =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", bootstrap, "max.request.size", 4 << 20),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            byte[] key = (COLLECTION + "/bad").getBytes(StandardCharsets.UTF_8);
            raw.send(new ProducerRecord<>(TopicNames.VECTORS, key, new byte[] {1, 2, 3}));
            for (BadKeyValues.Bad bad : BadKeyValues.oneOfEach(random, "bad-")) {
                raw.send(new ProducerRecord<>(TopicNames.KV_WRITES, bad.key(), bad.value()));
            }
        }
    }

    private static byte[] vector(SplittableRandom random) {
        byte[] vector = new byte[DIMENSIONS];
        random.nextBytes(vector);
        return vector;
    }

    private static int probe(NearstreamClient client, SplittableRandom random) {
        for (int i = 0; i < PROBES_AT_A_TIME; i++) {
            ProbeResult result =
                    client.prober()
                            .ask(
                                    ProbeRequest.nearest(COLLECTION, 3, List.of(vector(random)))
                                            .deadline(PATIENCE.dividedBy(3)));
            assertThat(result.getStatus()).isEqualTo(ProbeStatus.COMPLETE);
        }
        return PROBES_AT_A_TIME;
    }

    private static List<String> missing(Scrape scrape) throws Exception {
        Set<String> names = new TreeSet<>(MetricList.read().exposed());
        names.removeAll(scrape.metrics());
        List<String> missing = new ArrayList<>(names);
        Dashboard dashboard = Dashboard.read();
        Stream.of(
                        dashboard.queries().stream().map(Dashboard.Query::expression),
                        dashboard.choices().stream().map(Dashboard.Query::expression),
                        AlertRules.read().rules().stream().map(rule -> PromQl.of(rule.expr())))
                .flatMap(expressions -> expressions)
                .forEach(expression -> missing.addAll(scrape.missing(expression, PROMETHEUS)));
        return missing;
    }

    /** What is counted is what was sent. */
    private static void assertValues(Scrape scrape, long asked) {
        assertThat(sum(scrape, "collection_uid_accepted", Map.of("collection", COLLECTION)))
                .isEqualTo(VECTORS);
        assertThat(sum(scrape, "accepted", Map.of("job_name", "Nearstream ingest")))
                .isEqualTo(VECTORS);
        assertThat(sum(scrape, "reason_dead", Map.of("reason", "UNDECODABLE"))).isEqualTo(1);
        assertThat(sum(scrape, "outcome_commands", Map.of("outcome", "APPLIED"))).isEqualTo(KEYS);
        assertThat(sum(scrape, "probesAccepted", Map.of())).isEqualTo(asked);
        assertThat(sum(scrape, "status_probesAnswered", Map.of("status", "complete")))
                .isEqualTo(asked);
        assertThat(sum(scrape, "liveReadProxy", Map.of())).isEqualTo(1);
        assertThat(sum(scrape, "collection_recallTarget", Map.of("collection", COLLECTION)))
                .isBetween(0.89, 0.91);
    }

    private static double sum(Scrape scrape, String metric, Map<String, String> labels) {
        List<Scrape.Series> series = scrape.of(MetricList.PREFIX + metric, labels);
        assertThat(series).as(metric).isNotEmpty();
        return series.stream().mapToDouble(Scrape.Series::value).sum();
    }
}
