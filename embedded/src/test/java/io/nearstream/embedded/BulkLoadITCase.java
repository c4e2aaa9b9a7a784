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
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** More is written at once than is taken in at once, before any buckets are learned. */
@Timeout(240)
class BulkLoadITCase {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int DIMENSIONS = 16;
    private static final int LOADED = 12_000;
    private static final int DELETED = 50;

    @TempDir private Path dir;

    private static CollectionSettings create(NearstreamClient client, String name) {
        return client.collections()
                .create(
                        new CollectionSettings(
                                name,
                                1,
                                DIMENSIONS,
                                Metric.L2,
                                Encoding.UINT8,
                                BucketScheme.LEARNED,
                                0,
                                0,
                                7,
                                0.95,
                                800,
                                32));
    }

    /** Another one for each number. */
    private static byte[] vector(int number) {
        byte[] vector = new byte[DIMENSIONS];
        new SplittableRandom(number).nextBytes(vector);
        vector[0] = (byte) number;
        vector[1] = (byte) (number >> 8);
        return vector;
    }

    private static List<String> nearest(
            NearstreamClient client, String name, int number, long asOf) {
        ProbeResult result =
                client.prober()
                        .ask(
                                ProbeRequest.nearest(name, 1, List.of(vector(number)))
                                        .exhaustive()
                                        .atLeast(asOf)
                                        .deadline(PATIENCE));
        assertThat(result.getStatus()).as("%s", result).isEqualTo(ProbeStatus.COMPLETE);
        return result.getAnswers().get(0).getHits().stream().map(Hit::getId).toList();
    }

    private static long newest(List<CompletableFuture<WriteReceipt>> receipts) throws Exception {
        long newest = 0;
        for (CompletableFuture<WriteReceipt> receipt : receipts) {
            newest = Math.max(newest, receipt.get(60, TimeUnit.SECONDS).appendTime());
        }
        return newest;
    }

    /** Who waits for a write sees it, whether it was held back for the first buckets or not. */
    @Test
    void everyWriteIsSeenByWhoWaitsForItWhileTheFirstBucketsAreLearned() throws Exception {
        try (EmbeddedNearstream nearstream =
                        EmbeddedNearstream.start(EmbeddedOptions.in(dir).withCluster(2, 2, 2));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            CollectionSettings loaded = create(client, "loaded");
            CollectionSettings other = create(client, "other");
            List<CompletableFuture<WriteReceipt>> load = new ArrayList<>();
            for (int i = 0; i < LOADED; i++) {
                load.add(client.writer().upsert(VectorUpsert.of(loaded, "v" + i, vector(i))));
            }
            for (int i = 0; i < DELETED; i++) {
                load.add(client.writer().delete("loaded", "v" + i));
            }
            List<CompletableFuture<WriteReceipt>> beside =
                    List.of(client.writer().upsert(VectorUpsert.of(other, "o", vector(7))));
            assertThat(nearest(client, "other", 7, newest(beside))).containsExactly("o");
            long asOf = newest(load);
            for (int i = 0; i < DELETED; i++) {
                assertThat(nearest(client, "loaded", i, asOf)).doesNotContain("v" + i);
                int last = LOADED - 1 - i;
                assertThat(nearest(client, "loaded", last, asOf)).containsExactly("v" + last);
            }
            client.collections().awaitSettled("loaded", 1, Duration.ofSeconds(60));
            SplittableRandom random = new SplittableRandom(3);
            for (int i = 0; i < DELETED; i++) {
                int any = DELETED + random.nextInt(LOADED - DELETED);
                assertThat(nearest(client, "loaded", any, asOf)).containsExactly("v" + any);
            }
        }
    }
}
