package io.nearstream.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.LiveReadOptions;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.cluster.ClusterAddresses;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** Writes records and keys to a cluster and looks whether all of them are there. */
final class Traffic {
    private static final String COLLECTION = "points";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ClusterAddresses addresses;
    private final CollectionSettings settings;
    private final Set<String> written = new TreeSet<>();
    private long lastAppend;

    Traffic(ClusterAddresses addresses) {
        this.addresses = addresses;
        try (NearstreamClient client = NearstreamClient.connect(addresses.bootstrap())) {
            settings =
                    client.collections()
                            .create(
                                    CollectionSettings.learned(
                                            COLLECTION, 0, 2, Metric.L2, Encoding.UINT8));
        }
    }

    /** Writes more points and keys, and waits until they are acknowledged. */
    void write(int count) throws Exception {
        try (NearstreamClient client = NearstreamClient.connect(addresses.bootstrap())) {
            List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
            int from = written.size();
            for (int i = from; i < from + count; i++) {
                String id = "p" + i;
                written.add(id);
                receipts.add(
                        client.writer()
                                .upsert(
                                        VectorUpsert.of(
                                                settings,
                                                id,
                                                new byte[] {(byte) (i % 16), (byte) (i / 16)})));
                receipts.add(
                        client.keyValues().writer().append(KeyValueRequest.put(id, bytes(id))));
            }
            client.writer().flush();
            client.keyValues().writer().flush();
            for (CompletableFuture<WriteReceipt> receipt : receipts) {
                lastAppend = Math.max(lastAppend, receipt.get().appendTime());
            }
        }
    }

    /** Everything that was written is found, once each, and nothing else; every key is read. */
    void check() throws Exception {
        try (NearstreamClient client = NearstreamClient.connect(addresses.bootstrap())) {
            ProbeResult result =
                    client.prober()
                            .send(
                                    ProbeRequest.nearest(
                                                    COLLECTION,
                                                    written.size() + 1,
                                                    List.of(new byte[] {0, 0}))
                                            .exhaustive()
                                            .atLeast(lastAppend)
                                            .deadline(PATIENCE))
                            .get();
            assertThat(result.getStatus()).as(result.toString()).hasToString("COMPLETE");
            assertThat(result.getAnswers().get(0).getHits().stream().map(Hit::getId))
                    .containsExactlyInAnyOrderElementsOf(written);
            try (KeyValueReader strong = client.keyValues().strong();
                    KeyValueReader live =
                            client.keyValues()
                                    .live(
                                            LiveReadOptions.of(addresses.state())
                                                    .withDeadline(PATIENCE))) {
                for (String key : written) {
                    assertThat(strong.get(key).get().orElseThrow().value()).isEqualTo(bytes(key));
                    assertThat(live.get(key).get().orElseThrow().value()).isEqualTo(bytes(key));
                }
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
