package io.nearstream.bench.keyvalue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.bench.BenchProgress;
import io.nearstream.client.KeyValue;
import io.nearstream.client.NearstreamException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KvDriverTest {
    private static final int RECORDS = 200;
    private static final int OPERATIONS = 6_000;
    private static final int VALUE_BYTES = 40;
    private static final long SEED = 42;
    private static final BenchProgress.Stage NOBODY = done -> {};

    @TempDir private Path dir;

    /** Answers later, on other threads, and out of order. */
    private static class LateStore extends MapStore {
        private final Executor executor = ForkJoinPool.commonPool();

        @Override
        public CompletableFuture<Optional<KeyValue>> read(String key) {
            return CompletableFuture.supplyAsync(() -> super.read(key).join(), executor);
        }
    }

    @ParameterizedTest
    @EnumSource(Workload.class)
    void correctStoresHaveNoErrors(Workload workload) throws Exception {
        try (RocksDbStore rocks = RocksDbStore.open(dir, 8 << 20)) {
            for (KvStore store : new KvStore[] {new MapStore(), new LateStore(), rocks}) {
                KeySpace keys = keys();
                KvRun run = run(keys, store, workload, 4, 2);

                assertThat(run.firstProblem()).isEmpty();
                assertThat(run.errors()).isZero();
                assertThat(run.operations()).isEqualTo(OPERATIONS);
                assertThat(run.latency().samples()).isEqualTo(OPERATIONS);
                assertThat(run.perSecond()).isPositive();
            }
        }
    }

    @Test
    void operationsOccurAsOftenAsTheWorkloadSays() throws Exception {
        KvRun a = run(keys(), new MapStore(), Workload.A, 1, 1);
        assertThat(a.latencies()).containsOnlyKeys(Operation.READ, Operation.UPDATE);
        assertThat(a.latencies().get(Operation.UPDATE).samples())
                .isBetween(OPERATIONS * 48L / 100, OPERATIONS * 52L / 100);

        KeySpace keys = keys();
        KvRun d = run(keys, new MapStore(), Workload.D, 1, 1);
        long inserts = d.latencies().get(Operation.INSERT).samples();
        assertThat(inserts).isBetween(OPERATIONS * 4L / 100, OPERATIONS * 6L / 100);
        assertThat(keys.size()).isEqualTo(keys.known()).isEqualTo((int) (RECORDS + inserts));

        KvRun f = run(keys(), new MapStore(), Workload.F, 1, 1);
        assertThat(f.latencies()).containsOnlyKeys(Operation.READ, Operation.READ_MODIFY_WRITE);
        assertThat(f.conflicts()).as("one at a time").isZero();
    }

    @Test
    void concurrentConditionalPutsConflictAndAreNoErrors() throws Exception {
        ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
        KvStore slow =
                new MapStore() {
                    @Override
                    public CompletableFuture<Optional<KeyValue>> read(String key) {
                        Optional<KeyValue> now = super.read(key).join();
                        CompletableFuture<Optional<KeyValue>> answer = new CompletableFuture<>();
                        later.schedule(() -> answer.complete(now), 1, TimeUnit.MILLISECONDS);
                        return answer;
                    }
                };
        try {
            KvDriver driver = KvDriver.of(keys(), slow, ReadWay.STRONG, 16);
            driver.load(NOBODY);
            KvRun run = driver.run(Workload.F, Distribution.ZIPFIAN, 1_000, SEED, NOBODY);

            assertThat(run.firstProblem()).isEmpty();
            assertThat(run.conflicts()).isPositive();
        } finally {
            later.shutdownNow();
        }
    }

    @Test
    void storesThatShowOldOrForeignOrNoValuesAreCaught() throws Exception {
        KvStore old =
                new MapStore() {
                    private final Map<String, KeyValue> first = new ConcurrentHashMap<>();

                    @Override
                    public CompletableFuture<Boolean> put(String key, byte[] value) {
                        first.putIfAbsent(key, keyValue(key, value));
                        return super.put(key, value);
                    }

                    @Override
                    public CompletableFuture<Optional<KeyValue>> read(String key) {
                        return CompletableFuture.completedFuture(Optional.of(first.get(key)));
                    }
                };
        KvStore foreign =
                new MapStore() {
                    @Override
                    public CompletableFuture<Optional<KeyValue>> read(String key) {
                        KeyValue other = held.values().iterator().next();
                        return CompletableFuture.completedFuture(
                                Optional.of(keyValue(key, other.value())));
                    }
                };
        KvStore empty =
                new MapStore() {
                    @Override
                    public CompletableFuture<Optional<KeyValue>> read(String key) {
                        return CompletableFuture.completedFuture(Optional.empty());
                    }
                };
        assertThat(run(keys(), old, Workload.A, 1, 1).firstProblem().orElseThrow())
                .contains("was the least to be found");
        assertThat(run(keys(), foreign, Workload.C, 1, 1).firstProblem().orElseThrow())
                .contains("nobody wrote");
        KvRun nothing = run(keys(), empty, Workload.C, 1, 1);
        assertThat(nothing.firstProblem().orElseThrow()).contains("has no value");
        assertThat(nothing.errors()).isEqualTo(OPERATIONS);
    }

    @Test
    void cachesThatMissLoadedKeysAreCaught() throws Exception {
        KvStore empty =
                new MapStore() {
                    @Override
                    public CompletableFuture<Optional<KeyValue>> read(String key) {
                        return CompletableFuture.completedFuture(Optional.empty());
                    }
                };
        for (KvStore store : new KvStore[] {empty, new MapStore()}) {
            KvDriver driver = KvDriver.of(keys(), store, ReadWay.CACHED, 1);
            driver.load(NOBODY);
            KvRun run = driver.run(Workload.C, Distribution.UNIFORM, OPERATIONS, SEED, NOBODY);

            assertThat(run.errors()).isEqualTo(store == empty ? OPERATIONS : 0);
        }
    }

    @Test
    void allOperationsAreInFlightWhereThreadsDoNotDivideThem() throws Exception {
        int inFlight = 16;
        AtomicInteger asked = new AtomicInteger();
        // Nobody is answered before so many have asked.
        CompletableFuture<Void> all = new CompletableFuture<Void>().orTimeout(30, TimeUnit.SECONDS);
        KvStore waiting =
                new MapStore() {
                    @Override
                    public CompletableFuture<Optional<KeyValue>> read(String key) {
                        if (asked.incrementAndGet() == inFlight) {
                            all.complete(null);
                        }
                        return all.thenCompose(now -> super.read(key));
                    }
                };

        KvRun run = run(keys(), waiting, Workload.C, inFlight, 3);

        assertThat(run.firstProblem()).isEmpty();
        assertThat(asked).hasValue(OPERATIONS);
    }

    @Test
    void refusedWritesThatShowAllTheSameAreCaught() throws Exception {
        KvStore liar =
                new MapStore() {
                    @Override
                    public CompletableFuture<Boolean> replace(KeyValue read, byte[] value) {
                        put(read.key(), value);
                        return CompletableFuture.completedFuture(false);
                    }
                };

        KvRun run = run(keys(), liar, Workload.F, 1, 1);

        assertThat(run.firstProblem().orElseThrow()).contains("which was refused");
    }

    @Test
    void storesThatAlwaysFailEndTheRun() throws Exception {
        KvStore broken =
                new MapStore() {
                    @Override
                    public CompletableFuture<Optional<KeyValue>> read(String key) {
                        return CompletableFuture.failedFuture(new NearstreamException("gone"));
                    }
                };

        assertThatThrownBy(() -> run(keys(), broken, Workload.C, 4, 1))
                .isInstanceOf(NearstreamException.class)
                .hasMessageContaining("gone");
    }

    @Test
    void everyOperationFallsOnTheSubtaskOfItsKey() throws Exception {
        KeySpace keys = keys();
        MapStore store = new MapStore();
        KvDriver.of(keys, store, ReadWay.STRONG, 1).load(NOBODY);
        keys.forgetUse();
        KvDriver.of(keys, store, ReadWay.STRONG, 1)
                .run(Workload.C, Distribution.ZIPFIAN, OPERATIONS, SEED, NOBODY);

        SubtaskLoad load = SubtaskLoad.of(keys, 3);

        assertThat(load.operations()).hasSize(3).allMatch(count -> count > 0);
        assertThat(load.total()).isEqualTo(OPERATIONS);
        assertThat(load.hottestKey()).isEqualTo(keys.name(ScrambledZipfian.keyOf(0, RECORDS)));
        assertThat(load.hottestKeyShare()).isBetween(0.03, 0.06);
        assertThat(load.hottestKeySubtask()).isEqualTo(SubtaskLoad.subtask(load.hottestKey(), 3));
    }

    private static KeySpace keys() {
        return new KeySpace("user", RECORDS, OPERATIONS, VALUE_BYTES);
    }

    private static KvRun run(
            KeySpace keys, KvStore store, Workload workload, int inFlight, int threads)
            throws InterruptedException {
        KvDriver driver = new KvDriver(keys, store, ReadWay.STRONG, inFlight, threads, () -> {});
        KvRun loaded = driver.load(NOBODY);
        assertThat(loaded.failures()).isZero();
        return driver.run(workload, workload.distribution(), OPERATIONS, SEED, NOBODY);
    }
}
