package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.ClientOptions;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.LiveReadOptions;
import io.nearstream.client.NearstreamClient;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.KeyCounters;
import io.nearstream.embedded.testing.KeyGaze;
import io.nearstream.testing.Property;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * TaskManagers die while clients count: nothing acknowledged is lost or made twice, and readers see
 * at most an error for a while.
 */
@Timeout(240)
class KeyValueFaultsITCase {
    /** Within it clients have recovered by themselves. */
    private static final Duration RECOVERY = Duration.ofSeconds(10);

    private static final Duration DEADLINE = Duration.ofSeconds(3);

    /** So short that calls during a fault are not answered. */
    private static final Duration HASTE = Duration.ofSeconds(1);

    private static final byte[] VALUE = {1, 2, 3};
    private static final int KILLS = 2;
    private static final int COUNTS_BETWEEN = 150;

    @TempDir private Path dir;

    @Test
    void acknowledgedIsNeverLostOrDoubledAndReadersRecover() {
        Property.holds(1, this::killUnderCounters);
    }

    private void killUnderCounters(SplittableRandom random) throws Exception {
        try (EmbeddedNearstream nearstream = start(random);
                NearstreamClient hasty = connect(nearstream, HASTE);
                NearstreamClient patient = connect(nearstream, Duration.ofSeconds(30));
                NearstreamClient reading = connect(nearstream, DEADLINE);
                KeyValueReader strong = reading.keyValues().strong();
                KeyValueReader live = live(reading, nearstream)) {
            reading.keyValues().writer().append(KeyValueRequest.put("known", VALUE)).join();
            Await.until("it is read", () -> isFound(strong) && isFound(live));
            // From here on a live read finds it, whatever fails.
            nearstream.flink().checkpoint(nearstream.ingestJobId());
            KeyGaze gazeStrong = KeyGaze.start(strong, "known", VALUE);
            KeyGaze gazeLive = KeyGaze.start(live, "known", VALUE);
            KeyCounters counters = new KeyCounters();
            for (NearstreamClient client : List.of(hasty, hasty, patient, patient)) {
                counters.start(client, random.split());
            }
            List<Long> kills = new ArrayList<>();
            for (int kill = 0; kill < KILLS; kill++) {
                counters.awaitMore(COUNTS_BETWEEN);
                gazeStrong.awaitGood();
                gazeLive.awaitGood();
                kills.add(System.nanoTime());
                Kills.killAndReplace(nearstream, kill);
                gazeStrong.awaitGood();
                gazeLive.awaitGood();
                assertThat(Duration.ofNanos(System.nanoTime() - kills.get(kill)))
                        .as("until the first good answers")
                        .isLessThan(RECOVERY);
            }
            counters.awaitMore(COUNTS_BETWEEN);
            counters.stop();
            gazeStrong.stop();
            gazeLive.stop();
            gazeStrong.assertErrorsOnlyAfter(kills, RECOVERY, DEADLINE, "'known' was not answered");
            gazeLive.assertErrorsOnlyAfter(kills, RECOVERY, DEADLINE, "state cannot be reached");
            counters.assertCounters(strong);
            counters.assertPlainPuts(strong);
            counters.assertCounters(live);
            counters.assertPlainPuts(live);
        }
    }

    /** The first answers take longer. */
    private static boolean isFound(KeyValueReader reader) {
        return reader.get("known")
                .handle((value, slow) -> slow == null && value.isPresent())
                .join();
    }

    /** The ports of live reads are given: a TaskManager that takes over takes that port, too. */
    private EmbeddedNearstream start(SplittableRandom random)
            throws IOException, InterruptedException {
        EmbeddedOptions options = EmbeddedOptions.in(dir).withCluster(2, 2, 2);
        return EmbeddedNearstream.start(options.withPorts(0, 0, freePorts(random, 2)));
    }

    private static int freePorts(SplittableRandom random, int count) throws IOException {
        while (true) {
            int first = random.nextInt(20_000, 30_000);
            List<ServerSocket> held = new ArrayList<>();
            try {
                for (int port = first; port < first + count; port++) {
                    ServerSocket socket = new ServerSocket();
                    held.add(socket);
                    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                }
                return first;
            } catch (IOException taken) {
                assertThat(taken).isInstanceOf(BindException.class);
            } finally {
                for (ServerSocket socket : held) {
                    socket.close();
                }
            }
        }
    }

    private static NearstreamClient connect(EmbeddedNearstream nearstream, Duration deadline) {
        return NearstreamClient.connect(
                ClientOptions.of(nearstream.bootstrap()).withKeyValues(deadline, 1_000));
    }

    private static KeyValueReader live(NearstreamClient client, EmbeddedNearstream nearstream) {
        return client.keyValues()
                .live(LiveReadOptions.of(nearstream.stateAddresses()).withDeadline(DEADLINE));
    }
}
