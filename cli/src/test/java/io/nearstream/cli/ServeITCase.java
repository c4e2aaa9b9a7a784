package io.nearstream.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.ClientOptions;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.BackgroundWriter;
import io.nearstream.embedded.testing.ChildProcess;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.testing.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server process is killed in mid-load and started again on its directory; a file goes in, too.
 */
@Timeout(240)
class ServeITCase {
    private static final String COLLECTION = "killed";
    private static final int DIMENSIONS = 8;
    private static final int TRAIN_AFTER = 1_500;
    private static final int IDS = 3_000;
    private static final int ROWS = 300;

    /** A write that a dead broker does not acknowledge fails after this. */
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(2);

    @TempDir private Path dir;

    @Test
    void nothingAcknowledgedIsLostWhenTheProcessIsKilled() {
        Property.holds(1, this::killTwice);
    }

    private void killTwice(SplittableRandom random) throws Exception {
        RandomWrites writes;
        try (Server server = serve();
                NearstreamClient client = NearstreamClient.connect(server.bootstrap());
                NearstreamClient writing = server.connectToWrite()) {
            writes =
                    new RandomWrites(
                            client.collections()
                                    .create(
                                            RandomWrites.settings(
                                                    COLLECTION, DIMENSIONS, TRAIN_AFTER)),
                            IDS,
                            random);
            BackgroundWriter writer = BackgroundWriter.start(writing, writes);
            writer.awaitMore(200 + random.nextInt(800));
            server.process().kill();
            writer.stop();
        }
        try (Server server = serve();
                NearstreamClient client = NearstreamClient.connect(server.bootstrap());
                NearstreamClient writing = server.connectToWrite()) {
            BackgroundWriter writer = BackgroundWriter.start(writing, writes);
            Await.until(
                    "generation 1 is learned",
                    () -> client.collections().describe(COLLECTION).newest().number() == 1);
            server.process().kill();
            writer.stop();
        }
        try (Server server = serve();
                NearstreamClient client = NearstreamClient.connect(server.bootstrap())) {
            // Behind all that the broker may have taken without having said so.
            writes.send(client, 20);
            writes.assertFound(client);
            client.collections().awaitSettled(COLLECTION, 1, Duration.ofSeconds(60));
            writes.assertFound(client);
            // Whenever the kills were, and whether the rows were in by then.
            server.process()
                    .awaitLine("backfill of from-file: its files have been read to their end");
            assertThat(rows(client)).containsExactlyInAnyOrder("row-0", "row-" + (ROWS - 1));
        }
    }

    private static List<String> rows(NearstreamClient client) {
        ProbeResult result =
                client.prober()
                        .ask(
                                ProbeRequest.fetch(
                                                "from-file",
                                                List.of(
                                                        "row-0",
                                                        "row-" + (ROWS - 1),
                                                        "row-" + ROWS))
                                        .strong());
        return result.getAnswers().stream()
                .flatMap(answer -> answer.getHits().stream())
                .map(Hit::getId)
                .toList();
    }

    private Path file() throws IOException {
        Path file = dir.resolve("rows.bvecs");
        return Files.exists(file) ? file : TestFiles.bvecs(file, ROWS, DIMENSIONS, 1);
    }

    private Server serve() throws Exception {
        ChildProcess process =
                ChildProcess.start(
                        Main.class,
                        "serve",
                        "--dir",
                        dir.toString(),
                        "--kafka-port",
                        "0",
                        "--rest-port",
                        "0",
                        "--state-port",
                        "0",
                        "--backfill",
                        "from-file=" + file(),
                        "--backfill-metric",
                        "l2",
                        "--backfill-ids",
                        "row-");
        String bootstrap = process.awaitLine("  broker  ");
        process.awaitLine("Ready.");
        return new Server(process, bootstrap);
    }

    private record Server(ChildProcess process, String bootstrap) implements AutoCloseable {
        NearstreamClient connectToWrite() {
            return NearstreamClient.connect(
                    ClientOptions.of(bootstrap).withRequestTimeout(WRITE_TIMEOUT));
        }

        @Override
        public void close() throws Exception {
            process.close();
        }
    }
}
