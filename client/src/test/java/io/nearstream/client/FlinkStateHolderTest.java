package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.jobs.common.keyvalue.KeyValueEntrySerializer;
import io.nearstream.jobs.common.keyvalue.KeyValueState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.queryablestate.KvStateID;
import org.apache.flink.queryablestate.client.proxy.KvStateClientProxyImpl;
import org.apache.flink.queryablestate.network.stats.AtomicKvStateRequestStats;
import org.apache.flink.queryablestate.network.stats.DisabledKvStateRequestStats;
import org.apache.flink.queryablestate.server.KvStateServerImpl;
import org.apache.flink.runtime.jobgraph.JobVertexID;
import org.apache.flink.runtime.query.KvStateLocation;
import org.apache.flink.runtime.query.KvStateRegistry;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two proxies of Flink's own, one of them beside the keys. */
@Timeout(60)
class FlinkStateHolderTest {
    private static final JobID JOB = new JobID();
    private static final String HOST = "127.0.0.1";
    private static final KeyGroupRange ALL = new KeyGroupRange(0, KeyValueState.KEY_GROUPS - 1);
    private static final int GETS = 20;

    private final KvStateRegistry registry = new KvStateRegistry();
    private final JobVertexID vertex = new JobVertexID();
    private final KvStateServerImpl server =
            new KvStateServerImpl(
                    HOST, List.of(0).iterator(), 1, 1, registry, new DisabledKvStateRequestStats());
    private final AtomicKvStateRequestStats ofOther = new AtomicKvStateRequestStats();
    private final AtomicKvStateRequestStats ofHolder = new AtomicKvStateRequestStats();
    private final KvStateClientProxyImpl other = proxy(ofOther);
    private final KvStateClientProxyImpl holder = proxy(ofHolder);
    private final Map<String, KvStateLocation> locations = new HashMap<>();

    private static KvStateClientProxyImpl proxy(AtomicKvStateRequestStats stats) {
        return new KvStateClientProxyImpl(HOST, List.of(0).iterator(), 1, 1, stats);
    }

    @AfterEach
    void stop() {
        other.shutdown();
        holder.shutdown();
        server.shutdown();
    }

    private <T> void publish(String name, T value, TypeSerializer<T> serializer) {
        KvStateID id =
                registry.registerKvState(
                        JOB,
                        vertex,
                        ALL,
                        name,
                        new FakeState<>(key -> value, serializer),
                        getClass().getClassLoader());
        KvStateLocation location = new KvStateLocation(JOB, vertex, KeyValueState.KEY_GROUPS, name);
        location.registerKvState(ALL, id, server.getServerAddress());
        locations.put(name, location);
    }

    private static String address(KvStateClientProxyImpl proxy) {
        return HOST + ":" + proxy.getServerAddress().getPort();
    }

    @Test
    void getsGoToTheProxyBesideTheKeyOnceThatIsKnown() throws Throwable {
        server.start();
        for (KvStateClientProxyImpl proxy : List.of(other, holder)) {
            proxy.start();
            proxy.updateKvStateLocationOracle(
                    JOB, (job, name) -> CompletableFuture.completedFuture(locations.get(name)));
        }
        publish(
                KeyValueState.QUERYABLE_NAME,
                Entries.entry(1, "v"),
                KeyValueEntrySerializer.INSTANCE);
        publish(KeyValueState.HOLDER_NAME, address(holder), StringSerializer.INSTANCE);
        LiveReader reader =
                LiveReader.start(
                        LiveReadOptions.of(List.of(address(other), address(holder))).withJob(JOB),
                        () -> {});

        // The answer to the question may come behind that to the get which asked it.
        int inARow = 0;
        while (inARow < GETS) {
            long before = ofOther.getNumRequests();
            assertThat(Entries.text(reader.get("k").get(30, TimeUnit.SECONDS))).contains("v");
            inARow = ofOther.getNumRequests() == before ? inARow + 1 : 0;
        }

        assertThat(ofHolder.getNumSuccessful()).isGreaterThanOrEqualTo(GETS - 1);
        reader.close();
    }
}
