package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorBytes;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both real jobs, from a write on Kafka to an answer on Kafka. */
@Timeout(240)
class NearstreamITCase {
    private static final String COLLECTION = "points";

    @TempDir private Path dir;

    @Test
    void writtenVectorIsFoundAlsoAfterRestart() throws Exception {
        try (EmbeddedNearstream nearstream = EmbeddedNearstream.start(EmbeddedOptions.in(dir));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            CollectionSettings points =
                    client.collections()
                            .create(
                                    CollectionSettings.learned(
                                            COLLECTION, 0, 2, Metric.L2, Encoding.FLOAT32));
            write(client, points, "near", 1, 1);
            WriteReceipt last = write(client, points, "far", 9, 9);
            assertThat(nearest(client, last)).containsExactly("near", "far");
            assertThat(nearstream.flink().numRestarts(nearstream.ingestJobId())).isZero();
            assertThat(nearstream.flink().numRestarts(nearstream.queryJobId())).isZero();
        }
        try (EmbeddedNearstream nearstream = EmbeddedNearstream.start(EmbeddedOptions.in(dir));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            CollectionSettings points = client.collections().describe(COLLECTION).settings();
            WriteReceipt last = write(client, points, "nearest", 0, 0);
            assertThat(nearest(client, last)).containsExactly("nearest", "near", "far");
        }
    }

    private static WriteReceipt write(
            NearstreamClient client, CollectionSettings points, String id, float x, float y)
            throws Exception {
        return client.writer()
                .upsert(VectorUpsert.of(points, id, VectorBytes.ofFloats(x, y)))
                .get();
    }

    private static List<String> nearest(NearstreamClient client, WriteReceipt written) {
        ProbeResult result =
                client.prober()
                        .ask(
                                ProbeRequest.nearest(
                                                COLLECTION, 3, List.of(VectorBytes.ofFloats(0, 0)))
                                        .atLeast(written.appendTime()));
        assertThat(result.getStatus()).as(result.toString()).isEqualTo(ProbeStatus.COMPLETE);
        return result.getAnswers().get(0).getHits().stream().map(Hit::getId).toList();
    }
}
