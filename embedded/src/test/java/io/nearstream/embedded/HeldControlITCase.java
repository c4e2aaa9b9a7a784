package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.embedded.testing.Await;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.control.HeldControl;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.ingest.IngestJob;
import io.nearstream.jobs.query.QueryJob;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The jobs read the collections topic late: nothing is refused for it. */
@Timeout(240)
class HeldControlITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ROUNDS = 4;
    private static final int WRITES = 30;

    @TempDir private Path dir;
    private final List<HeldControl> held = new ArrayList<>();
    private EmbeddedNearstream nearstream;

    @BeforeEach
    void start() throws Exception {
        // The ingest job is submitted first; the broker runs by then, and no task yet.
        NamedJob ingest =
                new NamedJob(
                        "ingest",
                        configuration -> {
                            held.add(
                                    HeldControl.open(
                                            configuration.get(NearstreamOptions.BOOTSTRAP)));
                            return IngestJob.jobGraph(configuration);
                        });
        nearstream =
                EmbeddedNearstream.start(
                        EmbeddedOptions.in(dir),
                        List.of(ingest, new NamedJob("query", QueryJob::jobGraph)));
    }

    @AfterEach
    void stop() {
        if (nearstream != null) {
            nearstream.close();
        }
        held.forEach(HeldControl::close);
    }

    @Test
    void writeRightAfterCreationIsNeverRefused() throws Exception {
        HeldControl control = held.get(0);
        try (NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            Map<String, CollectionSettings> created = new HashMap<>();
            long asOf = 0;
            for (int round = 0; round < ROUNDS; round++) {
                String name = "round-" + round;
                control.hold();
                created.put(
                        name,
                        client.collections()
                                .create(
                                        CollectionSettings.learned(
                                                name, 0, 2, Metric.L2, Encoding.UINT8)));
                for (CollectionSettings settings : created.values()) {
                    asOf = Math.max(asOf, write(client, settings, round));
                }
                Await.until("a task waits for the topic", control::isAwaited);
                control.release();
                for (String each : created.keySet()) {
                    assertThat(found(client, each, asOf)).as(each).isEqualTo(WRITES);
                }
            }
            assertOnlyTheUnknownIsRefused(client, created.get("round-0"));
        }
    }

    private static long write(NearstreamClient client, CollectionSettings settings, int round)
            throws Exception {
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (int i = 0; i < WRITES; i++) {
            byte[] vector = {(byte) i, (byte) round};
            receipts.add(client.writer().upsert(VectorUpsert.of(settings, "v" + i, vector)));
        }
        long newest = 0;
        for (CompletableFuture<WriteReceipt> receipt : receipts) {
            newest = Math.max(newest, receipt.get(60, TimeUnit.SECONDS).appendTime());
        }
        return newest;
    }

    private static int found(NearstreamClient client, String name, long asOf) {
        ProbeResult result =
                client.prober()
                        .ask(
                                ProbeRequest.nearest(name, 2 * WRITES, List.of(new byte[2]))
                                        .exhaustive()
                                        .atLeast(asOf)
                                        .deadline(PATIENCE));
        List<Hit> hits = result.getAnswers().get(0).getHits();
        assertThat(hits.stream().map(Hit::getId)).doesNotHaveDuplicates();
        return hits.size();
    }

    /** Refusals do work, and come in the order of the writes: before this one there was none. */
    private void assertOnlyTheUnknownIsRefused(NearstreamClient client, CollectionSettings like)
            throws Exception {
        client.writer()
                .upsert(VectorUpsert.of(like.named("nowhere"), "stray", new byte[2]))
                .get(60, TimeUnit.SECONDS);
        assertThat(KafkaTesting.consume(nearstream.bootstrap(), TopicNames.DEAD_LETTERS, 1))
                .singleElement()
                .asString()
                .contains("nowhere/stray");
    }
}
