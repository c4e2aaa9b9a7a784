package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.jobs.common.keyvalue.KeyValueEntrySerializer;
import io.nearstream.jobs.common.keyvalue.KeyValueState;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import javax.annotation.Nullable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.queryablestate.KvStateID;
import org.apache.flink.queryablestate.client.proxy.KvStateClientProxyImpl;
import org.apache.flink.queryablestate.network.stats.DisabledKvStateRequestStats;
import org.apache.flink.queryablestate.server.KvStateServerImpl;
import org.apache.flink.runtime.jobgraph.JobVertexID;
import org.apache.flink.runtime.query.KvStateLocation;
import org.apache.flink.runtime.query.KvStateRegistry;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Live reads through Flink's own proxy and server, as they run in a TaskManager. */
@Timeout(60)
class FlinkStateTest {
    private static final JobID JOB = new JobID();
    private static final int KEY_GROUPS = 128;
    private static final KeyValueEntry BROKEN = Entries.entry(0, "broken");
    private static final KeyGroupRange ALL = new KeyGroupRange(0, KEY_GROUPS - 1);

    private final Map<String, KeyValueEntry> entries = new ConcurrentHashMap<>();
    private final KvStateRegistry registry = new KvStateRegistry();
    private final JobVertexID vertex = new JobVertexID();
    private KvStateServerImpl server;
    private KvStateClientProxyImpl proxy;
    private volatile KvStateLocation location;
    private KvStateID state;
    private int laterPort;
    private LiveReader reader;

    @BeforeEach
    void start() throws Throwable {
        String host = InetAddress.getLoopbackAddress().getHostAddress();
        server =
                new KvStateServerImpl(
                        host, anyPort(), 1, 1, registry, new DisabledKvStateRequestStats());
        server.start();
        proxy =
                new KvStateClientProxyImpl(
                        host, anyPort(), 1, 1, new DisabledKvStateRequestStats());
        proxy.start();
        publish();
        laterPort = unusedPort();
        InetSocketAddress address = proxy.getServerAddress();
        reader =
                LiveReader.start(
                        LiveReadOptions.of(
                                        List.of(
                                                host + ":" + laterPort,
                                                host + ":" + address.getPort()))
                                .withJob(JOB)
                                .withDeadline(Duration.ofSeconds(20))
                                .withAttemptTimeout(Duration.ofMillis(300)),
                        () -> {});
    }

    @AfterEach
    void stop() {
        reader.close();
        proxy.shutdown();
        server.shutdown();
    }

    private static Iterator<Integer> anyPort() {
        return List.of(0).iterator();
    }

    /** Free, and below the ports of outgoing connections: none of them takes it meanwhile. */
    private static int unusedPort() throws IOException {
        PrimitiveIterator.OfInt ports = new SplittableRandom().ints(50, 20_000, 32_000).iterator();
        while (ports.hasNext()) {
            int port = ports.nextInt();
            try (ServerSocket free = new ServerSocket(port)) {
                return free.getLocalPort();
            } catch (BindException taken) {
                assertThat(ports.hasNext()).as(taken.getMessage()).isTrue();
            }
        }
        throw new AssertionError("No port is free.");
    }

    /** A new start of the job: another id of the state, at a place that is known. */
    private void publish() {
        state =
                registry.registerKvState(
                        JOB,
                        vertex,
                        ALL,
                        KeyValueState.QUERYABLE_NAME,
                        new FakeState<>(this::entry, KeyValueEntrySerializer.INSTANCE),
                        getClass().getClassLoader());
        KvStateLocation published =
                new KvStateLocation(JOB, vertex, KEY_GROUPS, KeyValueState.QUERYABLE_NAME);
        published.registerKvState(ALL, state, server.getServerAddress());
        location = published;
    }

    @Nullable
    private KeyValueEntry entry(String key) throws IOException {
        KeyValueEntry entry = entries.get(key);
        if (entry == BROKEN) {
            throw new IOException("the disk is gone");
        }
        return entry;
    }

    private void jobMasterIsKnown() {
        proxy.updateKvStateLocationOracle(
                JOB, (job, name) -> CompletableFuture.completedFuture(location));
    }

    private static Optional<String> get(CompletableFuture<Optional<KeyValue>> get)
            throws Exception {
        return Entries.text(get.get(30, TimeUnit.SECONDS));
    }

    @Test
    void valuesAndAbsencesCrossTheWireAndTheUnusedAddressIsPassedOver() throws Exception {
        jobMasterIsKnown();
        entries.put("k", Entries.entry(3, "v"));
        for (int i = 0; i < 10; i++) {
            assertThat(get(reader.get("k"))).contains("v");
            assertThat(get(reader.get("nobody"))).isEmpty();
        }
        IntStream.range(0, 1_000).forEach(i -> entries.put("k" + i, Entries.entry(i, "v" + i)));
        assertThat(reader.getAll(entries.keySet()).get(30, TimeUnit.SECONDS)).hasSize(1_001);
    }

    @Test
    void unknownLocationIsWaitedForAndNeverAnAbsence() throws Exception {
        CompletableFuture<Optional<KeyValue>> early = reader.get("k");
        entries.put("k", Entries.entry(3, "v"));
        assertThatThrownBy(() -> early.get(200, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        jobMasterIsKnown();
        assertThat(get(early)).contains("v");
    }

    @Test
    void stateOfAJobThatStartsAgainIsWaitedForAndNeverAnAbsence() throws Exception {
        jobMasterIsKnown();
        entries.put("k", Entries.entry(3, "v"));
        assertThat(get(reader.get("k"))).contains("v");
        registry.unregisterKvState(JOB, vertex, ALL, KeyValueState.QUERYABLE_NAME, state);
        CompletableFuture<Optional<KeyValue>> during = reader.get("k");
        assertThatThrownBy(() -> during.get(700, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        publish();
        assertThat(get(during)).contains("v");
        assertThat(get(reader.get("k"))).contains("v");
    }

    /** Flink's client alone never connects to an address again that has refused it once. */
    @Test
    void proxyThatComesToAnAddressLaterIsFound() throws Throwable {
        jobMasterIsKnown();
        entries.put("k", Entries.entry(3, "v"));
        assertThat(get(reader.get("k"))).contains("v");
        proxy.shutdown();
        CompletableFuture<Optional<KeyValue>> during = reader.get("k");
        assertThatThrownBy(() -> during.get(700, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        proxy =
                new KvStateClientProxyImpl(
                        "127.0.0.1",
                        List.of(laterPort).iterator(),
                        1,
                        1,
                        new DisabledKvStateRequestStats());
        proxy.start();
        jobMasterIsKnown();
        assertThat(get(during)).contains("v");
    }

    @Test
    void failureInsideTheServerIsTextAndNamesItsCause() {
        jobMasterIsKnown();
        entries.put("k", BROKEN);
        LiveReader hasty =
                LiveReader.start(
                        LiveReadOptions.of(
                                        List.of("127.0.0.1:" + proxy.getServerAddress().getPort()))
                                .withJob(JOB)
                                .withDeadline(Duration.ofSeconds(3))
                                .withAttemptTimeout(Duration.ofSeconds(3)),
                        () -> {});
        assertThatThrownBy(() -> get(hasty.get("k")))
                .hasMessageContaining("The state cannot be reached")
                .hasMessageContaining("the disk is gone");
        hasty.close();
    }
}
