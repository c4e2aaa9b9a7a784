package io.nearstream.cli;

import io.nearstream.client.ClientOptions;
import io.nearstream.client.NearstreamClient;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.BackgroundWriter;
import io.nearstream.embedded.testing.ChildProcess;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.testing.Property;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server process is killed in mid-load and started again on its directory. */
@Timeout(240)
class ServeITCase {
    private static final String COLLECTION = "killed";
    private static final int DIMENSIONS = 8;
    private static final int TRAIN_AFTER = 1_500;
    private static final int IDS = 3_000;

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
        }
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
                        "0");
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
