package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a vector on Kafka to an answer on Kafka, through both jobs. */
class EndToEndITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir static Path dir;
    private static EmbeddedNearstream nearstream;
    private static NearstreamClient client;

    @BeforeAll
    static void start() throws Exception {
        nearstream = EmbeddedNearstream.start(EmbeddedOptions.in(dir));
        client = NearstreamClient.connect(nearstream.bootstrap());
    }

    @AfterAll
    static void stop() {
        client.close();
        nearstream.close();
    }

    private static CollectionSettings create(String name, Metric metric) {
        return client.collections()
                .create(CollectionSettings.learned(name, 1, 4, metric, Encoding.UINT8));
    }

    private static WriteReceipt put(VectorUpsert upsert) throws Exception {
        return client.writer().upsert(upsert).get(20, TimeUnit.SECONDS);
    }

    private static ProbeResult ask(ProbeRequest request) {
        return client.prober().ask(request.deadline(PATIENCE));
    }

    private static List<String> ids(ProbeResult result) {
        return result.getAnswers().get(0).getHits().stream().map(Hit::getId).toList();
    }

    @Test
    void vectorWrittenToKafkaIsFoundByProbe() throws Exception {
        CollectionSettings settings = create("plain", Metric.L2);
        put(VectorUpsert.of(settings, "far", new byte[] {9, 9, 9, 9}));
        put(VectorUpsert.of(settings, "near", new byte[] {1, 2, 3, 5}));
        WriteReceipt last = put(VectorUpsert.of(settings, "same", new byte[] {1, 2, 3, 4}));

        ProbeResult result =
                ask(
                        ProbeRequest.nearest("plain", 2, List.of(new byte[] {1, 2, 3, 4}))
                                .atLeast(last.appendTime()));

        assertThat(result.getStatus()).isEqualTo(ProbeStatus.COMPLETE);
        assertThat(ids(result)).containsExactly("same", "near");
        assertThat(result.getAnswers().get(0).getHits().get(1).getDistance()).isEqualTo(1.0);
        assertThat(result.getVectorsScored()).isEqualTo(3);
    }

    @Test
    void deletedVectorIsNoAnswer() throws Exception {
        CollectionSettings settings = create("deletes", Metric.L2);
        put(VectorUpsert.of(settings, "a", new byte[] {1, 1, 1, 1}));
        put(VectorUpsert.of(settings, "b", new byte[] {2, 2, 2, 2}));
        WriteReceipt gone = client.writer().delete("deletes", "a").get(20, TimeUnit.SECONDS);

        ProbeResult result =
                ask(
                        ProbeRequest.nearest("deletes", 5, List.of(new byte[] {1, 1, 1, 1}))
                                .atLeast(gone.appendTime()));

        assertThat(ids(result)).containsExactly("b");
    }

    @Test
    void payloadVectorAndLabelsComeBackWhenAskedFor() throws Exception {
        CollectionSettings settings = create("payloads", Metric.COSINE);
        byte[] vector = {1, 2, 3, 4};
        VectorUpsert upsert =
                new VectorUpsert(
                        settings,
                        "a",
                        vector,
                        List.of("red", "round"),
                        Optional.of("payload of a".getBytes()),
                        Optional.empty(),
                        java.util.OptionalLong.empty());
        put(VectorUpsert.of(settings, "plain", new byte[] {4, 3, 2, 1}));
        WriteReceipt last = put(upsert);

        ProbeResult found =
                ask(
                        ProbeRequest.nearest("payloads", 5, List.of(vector))
                                .anyOf(List.of("red"))
                                .withPayloads()
                                .withVectors()
                                .atLeast(last.appendTime()));
        ProbeResult fetched =
                ask(
                        ProbeRequest.fetch("payloads", List.of("a", "missing", "plain"))
                                .withPayloads()
                                .withVectors()
                                .atLeast(last.appendTime()));

        assertThat(ids(found)).containsExactly("a");
        Hit hit = found.getAnswers().get(0).getHits().get(0);
        assertThat(hit.getPayload()).isEqualTo(ByteBuffer.wrap("payload of a".getBytes()));
        assertThat(hit.getVector()).isEqualTo(ByteBuffer.wrap(vector));
        assertThat(hit.getLabels()).containsExactly("red", "round");
        assertThat(fetched.getAnswers()).hasSize(3);
        assertThat(ids(fetched)).containsExactly("a");
        assertThat(fetched.getAnswers().get(0).getHits().get(0).getPayload())
                .isEqualTo(ByteBuffer.wrap("payload of a".getBytes()));
        assertThat(fetched.getAnswers().get(1).getHits()).isEmpty();
        assertThat(fetched.getAnswers().get(2).getHits().get(0).getVector())
                .isEqualTo(ByteBuffer.wrap(new byte[] {4, 3, 2, 1}));
    }
}
