package io.nearstream.embedded;

import com.sun.management.OperatingSystemMXBean;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Metric;
import io.nearstream.core.partition.StudyFiles;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.core.standing.QueryName;
import io.nearstream.core.standing.StandingQuery;
import io.nearstream.core.topk.TopK;
import io.nearstream.embedded.testing.Await;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.config.StandingOptions;
import io.nearstream.jobs.standing.StandingJob;
import io.nearstream.kernels.Kernels;
import io.nearstream.schemas.StandingKind;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.configuration.Configuration;

/**
 * Standing queries from Kafka to Kafka in this JVM: how fast they register, how late differences of
 * writes at a fixed pace are seen uncommitted, and how good the answers are. Arguments: an empty
 * directory, a file of vectors (float32, cosine), queries, cells visited, writes a second, seconds
 * of a round, rounds, and options as KEY=VALUE. Not a test.
 */
final class StandingLoad {
    private static final NamedJob STANDING = new NamedJob("standing", StandingJob::jobGraph);
    private static final String COLLECTION = "words";
    private static final String SUBSCRIBERS = "abcdefgh";
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String KEEPING = "Keep standing queries";
    private static final int K = 10;
    private static final int CHECKED = 200;
    private static final PrintStream OUT = System.out;

    private final SplittableRandom random = new SplittableRandom(1);
    private final List<byte[]> vectors;
    private final VectorSpace space;
    private final int probes;
    private final List<StandingQuery> queries = new ArrayList<>();

    private StandingLoad(Path file, int probes) throws Exception {
        this.vectors = StudyFiles.read(file, Integer.MAX_VALUE);
        int dimensions = Encoding.FLOAT32.dimensions(vectors.get(0).length);
        this.space = VectorSpace.of(Metric.COSINE, Encoding.FLOAT32, dimensions);
        this.probes = probes;
    }

    public static void main(String[] args) throws Exception {
        StandingLoad load = new StandingLoad(Path.of(args[1]), Integer.parseInt(args[3]));
        load.run(
                Path.of(args[0]),
                Integer.parseInt(args[2]),
                Integer.parseInt(args[4]),
                Integer.parseInt(args[5]),
                Integer.parseInt(args[6]),
                Arrays.asList(args).subList(7, args.length));
        System.exit(0); // the embedded cluster leaves threads
    }

    private void run(
            Path dir, int count, int perSecond, int seconds, int rounds, List<String> given)
            throws Exception {
        Map<String, String> overrides = new HashMap<>(StandingProbe.options());
        for (String option : given) {
            overrides.put(
                    option.substring(0, option.indexOf('=')),
                    option.substring(option.indexOf('=') + 1));
        }
        EmbeddedOptions options =
                EmbeddedOptions.in(dir).withCluster(1, 4, 2).withOverrides(overrides);
        StandingProbe.start();
        try (EmbeddedNearstream nearstream =
                        EmbeddedNearstream.start(options, List.of(NamedJob.INGEST));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap());
                StandingSeen seen = new StandingSeen(nearstream.bootstrap())) {
            CollectionSettings collection =
                    client.collections()
                            .create(
                                    CollectionSettings.learned(
                                            COLLECTION,
                                            0,
                                            space.dimensions(),
                                            space.metric(),
                                            space.encoding()));
            load(client, collection);
            Configuration configuration = nearstream.flink().configuration();
            configuration.set(NearstreamOptions.BOOTSTRAP, nearstream.bootstrap());
            configuration.set(NearstreamOptions.PARALLELISM, 2);
            configuration.set(StandingOptions.COLLECTION, COLLECTION);
            nearstream.flink().submit(STANDING.graph(configuration));
            nearstream.flink().awaitRunning(STANDING.id(), PATIENCE);
            register(client, seen, count);
            for (int round = 0; round < rounds; round++) { // the first warms up
                write(client, collection, seen, perSecond, seconds);
            }
            recall(client, seen);
            OUT.printf("restarts %d%n", nearstream.flink().numRestarts(STANDING.id()));
        }
    }

    private void load(NearstreamClient client, CollectionSettings collection) throws Exception {
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (int i = 0; i < vectors.size(); i++) {
            receipts.add(
                    client.writer().upsert(VectorUpsert.of(collection, "v" + i, vectors.get(i))));
        }
        for (CompletableFuture<WriteReceipt> receipt : receipts) {
            receipt.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        Await.until(
                "the cells are learned",
                PATIENCE,
                () -> client.collections().describe(COLLECTION).newest().number() > 0);
    }

    private static QueryName name(int query) {
        char subscriber = SUBSCRIBERS.charAt(query % SUBSCRIBERS.length());
        return new QueryName(String.valueOf(subscriber), "q" + query);
    }

    private void register(NearstreamClient client, StandingSeen seen, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            byte[] vector = near(vectors.get(random.nextInt(vectors.size())));
            queries.add(
                    new StandingQuery(
                            vector, K, Double.POSITIVE_INFINITY, LabelFilter.NONE, probes));
        }
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            client.standingQueries()
                    .register(COLLECTION, name(i), queries.get(i), Duration.ofHours(5));
        }
        Await.until(
                "all are registered", PATIENCE, () -> seen.count(StandingKind.SNAPSHOT) >= count);
        OUT.printf("%d registered in %.1f s%n", count, (System.nanoTime() - start) / 1e9);
    }

    private void write(
            NearstreamClient client,
            CollectionSettings collection,
            StandingSeen seen,
            int perSecond,
            int seconds)
            throws Exception {
        Map<Integer, CompletableFuture<WriteReceipt>> receipts = new HashMap<>();
        long[] sent = new long[perSecond * seconds];
        long changes = seen.count(StandingKind.CHANGE);
        seen.forget();
        long cpuBefore = cpuNanos();
        long distancesBefore = StandingProbe.sum(KEEPING, "standingDistances");
        long start = System.nanoTime();
        for (int i = 0; i < sent.length; i++) {
            long due = start + (long) (i * (1e9 / perSecond));
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(100_000);
            }
            int id = random.nextInt(vectors.size());
            vectors.set(id, near(vectors.get(id)));
            sent[i] = System.nanoTime();
            receipts.put(
                    i,
                    client.writer().upsert(VectorUpsert.of(collection, "v" + id, vectors.get(id))));
        }
        double paced = (System.nanoTime() - start) / 1e9;
        Map<Long, Long> sentAt = new HashMap<>();
        for (int i = 0; i < sent.length; i++) {
            WriteReceipt receipt = receipts.get(i).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            sentAt.put(StandingSeen.key(receipt.partition(), receipt.offset()), sent[i]);
        }
        seen.awaitQuiet(PATIENCE);
        double cpuMicros = (cpuNanos() - cpuBefore) / 1e3 / sent.length;
        List<Double> late = seen.latencies(sentAt);
        OUT.printf(
                "%.0f writes/s for %.1f s: %d of %d writes changed an answer, %d differences; first seen after p50 %.1f ms, p90 %.1f, p99 %.1f; a write: CPU of all %.0f us (%s), distances %d%n",
                sent.length / paced,
                paced,
                late.size(),
                sent.length,
                seen.count(StandingKind.CHANGE) - changes,
                late.get(late.size() / 2),
                late.get(late.size() * 9 / 10),
                late.get(late.size() * 99 / 100),
                cpuMicros,
                Kernels.best().name(),
                (StandingProbe.sum(KEEPING, "standingDistances") - distancesBefore) / sent.length);
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /** Of answers that have been kept up to date through all writes. */
    private void recall(NearstreamClient client, StandingSeen seen) throws Exception {
        long before = seen.count(StandingKind.SNAPSHOT);
        int step = queries.size() / CHECKED;
        for (int i = 0; i < CHECKED; i++) {
            client.standingQueries()
                    .refresh(
                            COLLECTION, name(i * step), queries.get(i * step), Duration.ofHours(5));
        }
        Await.until(
                "all snapshots are there",
                PATIENCE,
                () -> seen.count(StandingKind.SNAPSHOT) >= before + CHECKED);
        long found = 0;
        for (int i = 0; i < CHECKED; i++) {
            Set<String> hits = seen.snapshot(name(i * step).key());
            for (int ref : nearest(queries.get(i * step)).drainRefs()) {
                found += hits.contains("v" + ref) ? 1 : 0;
            }
        }
        OUT.printf("recall %.4f of %d answers%n", found / (double) (CHECKED * K), CHECKED);
    }

    private TopK nearest(StandingQuery query) {
        VectorSpace.Query prepared = space.query(query.vector());
        TopK nearest = new TopK(K);
        for (int i = 0; i < vectors.size(); i++) {
            byte[] vector = vectors.get(i);
            nearest.offer(space.score(prepared, vector, 0, space.inverseNorm(vector, 0)), i);
        }
        return nearest;
    }

    /** A distinct vector, and near. */
    private byte[] near(byte[] base) {
        byte[] vector = new byte[base.length];
        for (int i = 0; i < space.dimensions(); i++) {
            float value = Vectors.value(Encoding.FLOAT32, base, 0, i);
            Vectors.putFloat(vector, 0, i, value * (1 + 0.2f * (random.nextFloat() - .5f)));
        }
        return vector;
    }
}
