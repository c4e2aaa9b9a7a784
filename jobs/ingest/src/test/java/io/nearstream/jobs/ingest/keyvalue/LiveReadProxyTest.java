package io.nearstream.jobs.ingest.keyvalue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.queryablestate.client.proxy.KvStateClientProxyImpl;
import org.apache.flink.queryablestate.client.state.serialization.KvStateSerializer;
import org.apache.flink.queryablestate.network.stats.DisabledKvStateRequestStats;
import org.apache.flink.runtime.metrics.MetricRegistry;
import org.apache.flink.runtime.metrics.groups.GenericMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;
import org.apache.flink.runtime.util.TestingTaskManagerRuntimeInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Held against Flink's own proxy, since nobody promises the names of its threads. */
@Timeout(60)
class LiveReadProxyTest {
    private static final String HOST = InetAddress.getLoopbackAddress().getHostAddress();
    private static final int POLL_MS = 5;

    private final Map<String, Metric> registered = new TreeMap<>();
    private final MetricRegistry registry =
            TestingMetricRegistry.builder()
                    .setRegisterConsumer((metric, name, group) -> registered.put(name, metric))
                    .build();

    private static KvStateClientProxyImpl proxy(int port) {
        Iterator<Integer> ports = List.of(port).iterator();
        return new KvStateClientProxyImpl(HOST, ports, 1, 1, new DisabledKvStateRequestStats());
    }

    private void show(String enabled) {
        LiveReadProxy.show(
                new GenericMetricGroup(registry, null, "keys"),
                Configuration.fromMap(Map.of("queryable-state.enable", enabled)));
    }

    private Object shown() {
        return ((Gauge<?>) registered.get("liveReadProxy")).getValue();
    }

    /** Its threads end a moment after it was closed; until the timeout of the test. */
    private void awaitNone() throws InterruptedException {
        while (!shown().equals(0)) {
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    @Test
    void openProxyIsShownUntilItIsClosed() throws Throwable {
        show("true");
        awaitNone();
        KvStateClientProxyImpl proxy = proxy(0);
        proxy.start();
        try {
            assertThat(shown()).isEqualTo(1);
        } finally {
            proxy.shutdown();
        }
        awaitNone();
    }

    /** Flink logs it and works on; a connection to the port would find somebody. */
    @Test
    void proxyThatFindsItsPortTakenIsNotShown() throws Exception {
        show("true");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            KvStateClientProxyImpl proxy = proxy(taken.getLocalPort());
            assertThatThrownBy(proxy::start)
                    .hasMessageContaining("ports in provided range are occupied");
            proxy.shutdown();
            awaitNone();
        }
    }

    @Test
    void nothingIsShownWhereNoProxyIsWanted() {
        show("false");
        assertThat(registered).isEmpty();
    }

    private static Optional<String> address(String enabled, String ports) {
        Configuration settings =
                Configuration.fromMap(
                        Map.of(
                                "queryable-state.enable", enabled,
                                "queryable-state.proxy.ports", ports));
        return LiveReadProxy.address(new TestingTaskManagerRuntimeInfo(settings));
    }

    @Test
    void itsAddressIsSaidWhereItIsCertain() throws Exception {
        assertThat(address("true", "9069")).contains(HOST + ":9069");
        assertThat(address("false", "9069")).isEmpty();
        assertThat(address("true", "0")).as("any").isEmpty();
        assertThat(address("true", "9069-9075")).as("one of several").isEmpty();

        HolderState state = new HolderState(HOST + ":9069");
        byte[] told = state.getSerializedValue(new byte[0], null, null, null);
        assertThat(KvStateSerializer.deserializeValue(told, state.getValueSerializer()))
                .isEqualTo(HOST + ":9069");
    }
}
