package io.nearstream.bench.keyvalue;

import io.nearstream.bench.BenchProgress;
import io.nearstream.embedded.EmbeddedNearstream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;

/**
 * Runs the same operations, from the same seed and checked alike, on what the store is compared
 * with.
 *
 * @param plan what is done
 * @param dir where RocksDB's files go
 * @param progress is told how far it is
 */
record KvYardsticks(KvPlan plan, Path dir, BenchProgress progress) {
    private static final long CACHE_BYTES = 256L << 20;
    private static final Runnable NOTHING = () -> {};

    /** Said now and not after minutes of work. */
    void requireRedis() {
        if (wanted(Yardstick.REDIS)) {
            RedisStore.connect(plan.redis().orElseThrow()).close();
        }
    }

    private boolean wanted(Yardstick yardstick) {
        return plan.yardsticks().contains(yardstick)
                && (yardstick != Yardstick.REDIS || plan.redis().isPresent());
    }

    /**
     * Measures those that are wanted, once the store is done. The pass-through job needs a cluster
     * in this JVM, and takes the place of its query job.
     */
    Map<Yardstick, YardstickFigures> measure(KvCluster cluster)
            throws IOException, InterruptedException {
        Map<Yardstick, YardstickFigures> figures = new EnumMap<>(Yardstick.class);
        if (wanted(Yardstick.PASS_THROUGH) && cluster.embedded().isPresent()) {
            figures.put(Yardstick.PASS_THROUGH, passThrough(cluster.embedded().get()));
        }
        if (wanted(Yardstick.ROCKSDB)) {
            figures.put(Yardstick.ROCKSDB, rocksDb(cluster));
        }
        if (wanted(Yardstick.REDIS)) {
            figures.put(Yardstick.REDIS, redis());
        }
        return figures;
    }

    private YardstickFigures passThrough(EmbeddedNearstream nearstream)
            throws IOException, InterruptedException {
        nearstream.flink().cancel(nearstream.queryJobId());
        return PassThrough.measure(
                plan.load(),
                plan.samples(),
                nearstream.flink(),
                nearstream.bootstrap(),
                plan.target().parallelism(),
                progress);
    }

    private YardstickFigures rocksDb(KvCluster cluster) throws IOException, InterruptedException {
        long cacheBytes =
                cluster.embedded()
                        .map(nearstream -> managed(nearstream.flink().configuration()))
                        .orElse(CACHE_BYTES);
        // Its calls return when they are done, so what is in flight are the callers' threads.
        int threads = Math.min(plan.load().inFlight(), Runtime.getRuntime().availableProcessors());
        Path files = Files.createDirectories(dir.resolve("rocksdb-yardstick"));
        try (RocksDbStore store = RocksDbStore.open(files, cacheBytes)) {
            return run("RocksDB", store, keys("user"), threads, threads);
        }
    }

    private static long managed(Configuration configuration) {
        return configuration
                .getOptional(TaskManagerOptions.MANAGED_MEMORY_SIZE)
                .map(MemorySize::getBytes)
                .orElse(CACHE_BYTES);
    }

    private YardstickFigures redis() throws InterruptedException {
        KeySpace keys = keys("nearstream-bench:");
        try (RedisStore store = RedisStore.connect(plan.redis().orElseThrow())) {
            try {
                return run("Redis", store, keys, plan.load().inFlight(), 1);
            } finally {
                List<String> all = IntStream.range(0, keys.size()).mapToObj(keys::name).toList();
                store.delete(all);
            }
        }
    }

    private KeySpace keys(String prefix) {
        return new KeySpace(
                prefix, plan.load().records(), plan.insertsMax(), plan.load().valueBytes());
    }

    /** Such a store shows at once what is in force: as strong as our strongest reads. */
    private YardstickFigures run(
            String name, KvStore store, KeySpace keys, int inFlight, int threads)
            throws InterruptedException {
        KvLoad load = plan.load();
        KvDriver driver = new KvDriver(keys, store, ReadWay.STRONG, inFlight, threads, NOTHING);
        KvRun loading;
        try (BenchProgress.Stage stage = begin(name + ", load", load.records())) {
            loading = driver.load(stage);
        }
        if (plan.warmUpOperations() > 0) {
            try (BenchProgress.Stage stage = begin(name + ", warm up", plan.warmUpOperations())) {
                driver.run(
                        load.workload(),
                        load.distribution(),
                        plan.warmUpOperations(),
                        ~load.seed(),
                        stage);
            }
        }
        try (BenchProgress.Stage stage = begin(name, load.operations())) {
            KvRun run =
                    driver.run(
                            load.workload(),
                            load.distribution(),
                            load.operations(),
                            load.seed(),
                            stage);
            return YardstickFigures.of(run, loading.perSecond());
        }
    }

    private BenchProgress.Stage begin(String name, long total) {
        return progress.begin(name, OptionalLong.of(total));
    }
}
