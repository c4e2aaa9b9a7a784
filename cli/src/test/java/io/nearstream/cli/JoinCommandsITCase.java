package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.VectorUpsert;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import io.nearstream.embedded.NamedJob;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A join is started on a server that runs, and its pairs are shown. */
@Timeout(240)
class JoinCommandsITCase {
    @TempDir private Path dir;

    @Test
    void aJoinIsStartedAndItsPairsAreShown() throws Exception {
        EmbeddedOptions options = EmbeddedOptions.in(dir).withCluster(1, 3, 1);
        try (EmbeddedNearstream nearstream = EmbeddedNearstream.start(options);
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            CollectionSettings points =
                    client.collections()
                            .create(
                                    CollectionSettings.learned(
                                            "points", 0, 2, Metric.L2, Encoding.UINT8));
            put(client, points, "first", 10, 10);
            put(client, points, "far", 90, 90);

            Run unlearned = join(nearstream, "start", "--left", "points", "--eps", "5");
            assertThat(unlearned.code()).isOne();
            assertThat(unlearned.err()).contains("has no learned cells");

            Run started = start(nearstream);
            assertThat(started.err()).isEmpty();
            assertThat(started.code()).isZero();
            assertThat(started.out())
                    .contains("running  job join, parallelism 1")
                    .contains("finds    every pair (exact: each record is compared with all)");

            put(client, points, "second", 13, 14);
            client.writer().delete("points", "first").get();
            Run watched =
                    joinWith(
                            "watch",
                            "--bootstrap",
                            nearstream.bootstrap(),
                            "--from-start",
                            "--count",
                            "2");
            assertThat(watched.out().lines())
                    .containsExactly("+  first  second  5.000000", "-  first  second  5.000000");

            assertThat(start(nearstream).err()).contains("job join is there already");
            nearstream.flink().cancel(NamedJob.JOIN.id());
            assertThat(start(nearstream).err())
                    .contains("does not take job join again")
                    .doesNotContain("Exception");
        }
    }

    @Test
    void aJoinThatHasNoRoomIsNotStarted() throws Exception {
        EmbeddedOptions options = EmbeddedOptions.in(dir).withCluster(1, 2, 1);
        try (EmbeddedNearstream nearstream = EmbeddedNearstream.start(options);
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap())) {
            client.collections()
                    .create(CollectionSettings.learned("points", 0, 2, Metric.L2, Encoding.UINT8));
            Run refused = start(nearstream);
            assertThat(refused.code()).isOne();
            assertThat(refused.err()).contains("0 slots are free");
        }
    }

    private static void put(
            NearstreamClient client, CollectionSettings points, String id, int x, int y)
            throws Exception {
        byte[] vector = {(byte) x, (byte) y};
        client.writer().upsert(VectorUpsert.of(points, id, vector)).get();
    }

    private static Run start(EmbeddedNearstream nearstream) {
        return join(
                nearstream,
                "start",
                "--left",
                "points",
                "--eps",
                "5",
                "--set",
                "nearstream.join.buckets=one");
    }

    private static Run join(EmbeddedNearstream nearstream, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--bootstrap");
        all.add(nearstream.bootstrap());
        all.add("--jobmanager");
        all.add(nearstream.webUi().getAuthority());
        return joinWith(all.toArray(String[]::new));
    }

    private static Run joinWith(String... arguments) {
        List<String> all = new ArrayList<>(List.of("join"));
        all.addAll(List.of(arguments));
        return Run.of(all.toArray(String[]::new));
    }
}
