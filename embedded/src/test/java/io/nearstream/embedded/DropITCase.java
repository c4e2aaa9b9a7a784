package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.BackgroundWriter;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.testing.Property;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Collections are dropped and made anew while another is written to and probes run. */
@Timeout(240)
class DropITCase {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /** How long anything of a dropped collection may stay. */
    private static final Duration BOUND = Duration.ofSeconds(30);

    private static final int DIMENSIONS = 8;
    private static final int RECORDS = 1_200;

    /** Of ids that were never there: their marks go too. */
    private static final int DELETES = 20;

    private static final int NEW_RECORDS = 100;
    private static final int TRAIN_AFTER = 800;
    private static final int TRAIN_NEVER = 100_000;

    /** Ids, payloads and vectors of one incarnation all begin so: what is kept can be told. */
    private static final String OLD = "Old!";

    private static final String NEW = "New!";

    @TempDir private Path dir;
    private final InMemoryReporter metrics = InMemoryReporter.create();

    @Test
    void nothingStaysOfDroppedCollectionsAndNothingComesBack() {
        Property.holds(1, this::dropAndCreateAnew);
    }

    private void dropAndCreateAnew(SplittableRandom random) throws Exception {
        EmbeddedOptions options =
                EmbeddedOptions.in(dir).withCluster(2, 2, 2).withOverrides(reporting(metrics));
        try (EmbeddedNearstream nearstream = EmbeddedNearstream.start(options);
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            RandomWrites kept =
                    new RandomWrites(create(client, "kept", TRAIN_AFTER), 200, random.split());
            BackgroundWriter writer = BackgroundWriter.start(client, kept);
            CollectionSettings cells = create(client, "cells", TRAIN_AFTER);
            CollectionSettings flat = create(client, "flat", TRAIN_NEVER);
            long asOf = write(client, cells, OLD, RECORDS, random);
            write(client, flat, OLD, RECORDS / 4, random);
            client.collections().awaitSettled("cells", 1, DEADLINE);
            for (int i = 0; i < DELETES; i++) {
                client.writer().delete("cells", OLD + "none" + i);
            }
            client.writer().flush();
            assertOnly(client, "cells", asOf, OLD, RECORDS);
            Traces traces = new Traces(nearstream, metrics, OLD, List.of(cells.uid(), flat.uid()));
            assertThat(traces.inMetrics()).isPositive();
            assertThat(traces.inState(nearstream.ingestJobId())).isPositive();
            assertThat(traces.inState(nearstream.queryJobId())).isPositive();

            DropWatch watch = DropWatch.start(client, "cells", OLD, NEW, vector(NEW, random));
            watch.dropping();
            client.collections().drop("cells");
            client.collections().drop("flat");
            long late = write(client, cells, OLD, 50, random);
            // Append times are whole milliseconds: the next one is certainly behind these writes.
            Await.until("the clock goes on", () -> System.currentTimeMillis() > late);
            CollectionSettings cellsAgain = create(client, "cells", TRAIN_AFTER);
            CollectionSettings flatAgain = create(client, "flat", TRAIN_NEVER);
            assertOnly(client, "cells", late, NEW, 0);
            watch.createdAnew();
            write(client, flatAgain, NEW, NEW_RECORDS, random);
            asOf = write(client, cellsAgain, NEW, NEW_RECORDS, random);
            assertOnly(client, "flat", asOf, NEW, NEW_RECORDS);
            assertOnly(client, "cells", asOf, NEW, NEW_RECORDS);

            awaitNoTrace(nearstream, traces);
            writer.stop();
            watch.stop();
            assertOnly(client, "cells", asOf, NEW, NEW_RECORDS);
            kept.assertFound(client);
        }
    }

    /** The profile of one machine lets no reporter report that is not named. */
    private static Map<String, String> reporting(InMemoryReporter metrics) {
        Map<String, String> options =
                new HashMap<>(metrics.addToConfiguration(new Configuration()).toMap());
        String name =
                options.keySet().stream()
                        .filter(key -> key.matches("metrics[.]reporter[.].+[.]factory[.]class"))
                        .map(key -> key.split("[.]")[2])
                        .findFirst()
                        .orElseThrow();
        options.put("metrics.reporters", name);
        return options;
    }

    private static void awaitNoTrace(EmbeddedNearstream nearstream, Traces traces)
            throws Exception {
        Await.until("metrics are gone", BOUND, () -> traces.inMetrics() == 0);
        Await.until(
                "state of the ingest job is gone",
                BOUND,
                () -> traces.inState(nearstream.ingestJobId()) == 0);
        Await.until(
                "state of the query job is gone",
                BOUND,
                () -> traces.inState(nearstream.queryJobId()) == 0);
        traces.awaitRecordsAreGone(RECORDS + RECORDS / 4 + DELETES, BOUND);
    }

    private static CollectionSettings create(NearstreamClient client, String name, int trainAfter) {
        return client.collections().create(RandomWrites.settings(name, DIMENSIONS, trainAfter));
    }

    private static long write(
            NearstreamClient client,
            CollectionSettings collection,
            String mark,
            int count,
            SplittableRandom random)
            throws Exception {
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            receipts.add(
                    client.writer()
                            .upsert(
                                    VectorUpsert.of(collection, mark + i, vector(mark, random))
                                            .withPayload((mark + " payload").getBytes())));
        }
        long newest = 0;
        for (CompletableFuture<WriteReceipt> receipt : receipts) {
            newest = Math.max(newest, receipt.get(60, TimeUnit.SECONDS).appendTime());
        }
        return newest;
    }

    private static byte[] vector(String mark, SplittableRandom random) {
        byte[] vector = new byte[DIMENSIONS];
        random.nextBytes(vector);
        System.arraycopy(mark.getBytes(), 0, vector, 0, mark.length());
        return vector;
    }

    /** There are so many records, all of one incarnation, with their payloads. */
    private static void assertOnly(
            NearstreamClient client, String name, long asOf, String mark, int count) {
        ProbeResult result =
                client.prober()
                        .ask(
                                ProbeRequest.within(name, 1e6, List.of(new byte[DIMENSIONS]))
                                        .exhaustive()
                                        .withPayloads()
                                        .atLeast(asOf)
                                        .deadline(DEADLINE));
        assertThat(result.getStatus()).as(result.toString()).isEqualTo(ProbeStatus.COMPLETE);
        List<Hit> hits = result.getAnswers().get(0).getHits();
        assertThat(hits.stream().map(Hit::getId)).hasSize(count).doesNotHaveDuplicates();
        assertThat(hits).allMatch(hit -> hit.getId().startsWith(mark));
        assertThat(hits).allMatch(hit -> hit.getPayload() != null);
    }
}
