package io.nearstream.bench.keyvalue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.bench.BenchProgress;
import io.nearstream.client.KeyValue;
import io.nearstream.client.NearstreamException;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RedisStoreTest {
    private static final BenchProgress.Stage NOBODY = done -> {};
    private static final byte[] BYTES = {0, '\r', '\n', (byte) 0xFF};

    @Test
    void valuesArePutReadReplacedAndDeletedAsTheyAre() throws Exception {
        try (RespStub server = new RespStub();
                RedisStore store = RedisStore.connect(server.address())) {
            assertThat(store.read("k").get(10, TimeUnit.SECONDS)).isEmpty();
            assertThat(store.put("k", BYTES).get(10, TimeUnit.SECONDS)).isTrue();
            KeyValue first = store.read("k").get(10, TimeUnit.SECONDS).orElseThrow();
            assertThat(first.value()).isEqualTo(BYTES);

            assertThat(store.replace(first, new byte[] {1}).get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(store.replace(first, new byte[] {2}).get(10, TimeUnit.SECONDS)).isFalse();
            assertThat(store.read("k").get(10, TimeUnit.SECONDS).orElseThrow().value())
                    .isEqualTo(new byte[] {1});

            store.delete(List.of("k", "other"));
            assertThat(store.read("k").get(10, TimeUnit.SECONDS)).isEmpty();
        }
    }

    @Test
    void workloadsHaveNoErrors() throws Exception {
        for (Workload workload : new Workload[] {Workload.A, Workload.F}) {
            KeySpace keys = new KeySpace("user", 100, 0, 40);
            try (RespStub server = new RespStub();
                    RedisStore store = RedisStore.connect(server.address())) {
                KvDriver driver = KvDriver.of(keys, store, ReadWay.STRONG, 16);
                driver.load(NOBODY);
                KvRun run = driver.run(workload, Distribution.ZIPFIAN, 2_000, 1, NOBODY);

                assertThat(run.firstProblem()).isEmpty();
                assertThat(run.errors()).isZero();
            }
        }
    }

    @Test
    void refusalsOfTheServerFailTheirOperationAlone() throws Exception {
        try (RespStub server = new RespStub();
                RedisStore store = RedisStore.connect(server.address())) {
            assertThat(store.put(RespStub.REFUSED, BYTES))
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .withMessageContaining("OOM");
            assertThat(store.put("k", BYTES).get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void nobodyThereIsSaid() throws Exception {
        int port;
        try (ServerSocket unused = new ServerSocket(0)) {
            port = unused.getLocalPort();
        }

        assertThatThrownBy(() -> RedisStore.connect("127.0.0.1:" + port))
                .isInstanceOf(NearstreamException.class)
                .hasMessageStartingWith("--redis 127.0.0.1:" + port + ": no Redis answers there");
    }
}
