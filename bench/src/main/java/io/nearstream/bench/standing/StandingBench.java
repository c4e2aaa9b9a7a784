package io.nearstream.bench.standing;

import io.nearstream.bench.BenchProgress;
import io.nearstream.bench.Pacer;
import io.nearstream.bench.ProcessFigures;
import io.nearstream.bench.SearchReport;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.client.StandingAnswer;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.client.WriteTally;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.QueryName;
import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import io.nearstream.embedded.NamedJob;
import io.nearstream.jobs.common.config.JobIds;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.config.StandingOptions;
import io.nearstream.schemas.StandingKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.flink.configuration.Configuration;

/**
 * Measures standing queries end to end: a collection is loaded, queries are registered over Kafka,
 * records are updated at a pace, each to a vector near its own, and every difference is read
 * uncommitted from Kafka. No query job runs. A first round warms up. In the end some queries are
 * asked for their snapshots, which come behind all writes; the answers that were folded from
 * differences until then must be the same, and are judged by brute force.
 */
public final class StandingBench {
    private static final int TASK_MANAGERS = 1;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration LEASE = Duration.ofDays(1);
    private static final long POLL_MS = 50;

    private final StandingPlan plan;
    private final CollectionSettings collection;
    private final EmbeddedNearstream nearstream;
    private final NearstreamClient client;
    private final DifferenceReader reader;
    private final BenchProgress progress;
    private final StandingData data;

    private StandingBench(
            StandingPlan plan,
            CollectionSettings collection,
            EmbeddedNearstream nearstream,
            NearstreamClient client,
            DifferenceReader reader,
            BenchProgress progress) {
        this.plan = plan;
        this.collection = collection;
        this.nearstream = nearstream;
        this.client = client;
        this.reader = reader;
        this.progress = progress;
        this.data = new StandingData(plan);
    }

    /**
     * Runs a benchmark.
     *
     * @param dir an empty directory, for broker, state and checkpoints; the caller removes it
     * @throws NearstreamException if the system does not do its work
     */
    public static StandingReport run(StandingPlan plan, Path dir, BenchProgress progress)
            throws IOException, InterruptedException {
        SearchReport.Machine machine = SearchReport.Machine.here();
        EmbeddedOptions options =
                EmbeddedOptions.in(dir)
                        .withCluster(TASK_MANAGERS, 2 * plan.parallelism(), plan.parallelism())
                        .withOverrides(plan.overrides());
        try (EmbeddedNearstream nearstream =
                        EmbeddedNearstream.start(options, List.of(NamedJob.INGEST));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap());
                DifferenceReader reader =
                        new DifferenceReader(nearstream.bootstrap(), StandingNames.checked(plan))) {
            CollectionSettings collection = client.collections().create(plan.collection());
            return new StandingBench(plan, collection, nearstream, client, reader, progress)
                    .measure(machine);
        }
    }

    private StandingReport measure(SearchReport.Machine machine)
            throws IOException, InterruptedException {
        load();
        submit();
        double registerSeconds = register();
        if (plan.load().warmUpSeconds() > 0) {
            write("warm up", plan.load().warmUpSeconds());
        }
        StandingReport.Writing writing = write("writes", plan.load().seconds());
        return new StandingReport(
                plan,
                registerSeconds,
                recall(),
                writing,
                new StandingReport.Told(
                        reader.count(StandingKind.LIMITED), reader.outOfStep(), reader.misfolded()),
                nearstream.flink().checkpointedStateBytes(NamedJob.STANDING.id()),
                ProcessFigures.residentBytes(),
                nearstream.flink().numRestarts(JobIds.INGEST)
                        + nearstream.flink().numRestarts(NamedJob.STANDING.id()),
                machine);
    }

    private void load() throws InterruptedException {
        WriteTally tally = new WriteTally();
        try (BenchProgress.Stage stage = progress.begin("load", OptionalLong.of(data.records()))) {
            for (int id = 0; id < data.records(); id++) {
                tally.track(upsert(id));
                stage.to(tally.acknowledged());
            }
            client.writer().flush();
            tally.await(PATIENCE);
        }
        progress.say("waiting until the cells are learned ...");
        await(
                "the cells are learned",
                () -> client.collections().describe(collection.name()).newest().number() > 0);
    }

    private CompletableFuture<WriteReceipt> upsert(int id) {
        return client.writer()
                .upsert(VectorUpsert.of(collection, Integer.toString(id), data.vector(id)));
    }

    private void submit() throws IOException, InterruptedException {
        Configuration options = nearstream.flink().configuration();
        options.set(NearstreamOptions.BOOTSTRAP, nearstream.bootstrap());
        options.set(NearstreamOptions.PARALLELISM, plan.parallelism());
        options.set(StandingOptions.COLLECTION, collection.name());
        nearstream.flink().submit(NamedJob.STANDING.graph(options));
        nearstream.flink().awaitRunning(NamedJob.STANDING.id(), PATIENCE);
    }

    private double register() throws InterruptedException {
        long start = System.nanoTime();
        WriteTally tally = new WriteTally();
        for (int query = 0; query < plan.queries(); query++) {
            tally.track(
                    client.standingQueries()
                            .register(
                                    collection.name(),
                                    StandingNames.name(query),
                                    data.query(query),
                                    LEASE));
        }
        tally.await(PATIENCE);
        awaitAll("register", plan.queries(), () -> reader.count(StandingKind.SNAPSHOT));
        return (System.nanoTime() - start) / 1e9;
    }

    private StandingReport.Writing write(String what, int seconds) throws InterruptedException {
        int count = Math.multiplyExact(plan.load().perSecond(), seconds);
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>(count);
        long[] due = new long[count];
        WriteTally tally = new WriteTally();
        reader.takeSeen(); // of rounds before
        long cpuMicros = ProcessFigures.cpuMicros();
        long start = System.nanoTime();
        try (BenchProgress.Stage stage = progress.begin(what, OptionalLong.of(count))) {
            Pacer pacer = new Pacer(plan.load().perSecond());
            for (int i = 0; i < count; i++) {
                int id = data.next();
                due[i] = pacer.awaitNext();
                CompletableFuture<WriteReceipt> receipt = upsert(id);
                receipts.add(receipt);
                tally.track(receipt);
                stage.to(i + 1);
            }
        }
        double sentSeconds = (System.nanoTime() - start) / 1e9;
        client.writer().flush();
        tally.await(PATIENCE);
        settle(what);
        Map<Long, Long> dueAt = new HashMap<>();
        for (int i = 0; i < count; i++) {
            WriteReceipt receipt = receipts.get(i).join();
            dueAt.put(SeenDifferences.write(receipt.partition(), receipt.offset()), due[i]);
        }
        return StandingReport.Writing.of(
                dueAt,
                reader.takeSeen(),
                start,
                sentSeconds,
                (ProcessFigures.cpuMicros() - cpuMicros) / (double) count);
    }

    /**
     * Asks for snapshots, which come when all writes before are applied, in every shard, and to
     * every subscriber behind all differences that those made.
     */
    private void settle(String what) throws InterruptedException {
        Map<QueryName, CompletableFuture<WriteReceipt>> asked = new HashMap<>();
        WriteTally tally = new WriteTally();
        for (int query : StandingNames.behindAll(plan)) {
            QueryName name = StandingNames.name(query);
            CompletableFuture<WriteReceipt> receipt =
                    client.standingQueries()
                            .refresh(collection.name(), name, data.query(query), LEASE);
            asked.put(name, receipt);
            tally.track(receipt);
        }
        tally.await(PATIENCE);
        Map<QueryName, Long> leaseEnds = new HashMap<>();
        asked.forEach(
                (name, receipt) ->
                        leaseEnds.put(name, receipt.join().appendTime() + LEASE.toMillis()));
        awaitAll(what + ": catch up", leaseEnds.size(), () -> reader.snapshotsWithLease(leaseEnds));
    }

    /** Of answers that have been kept through all writes. */
    private double recall() {
        long right = 0;
        try (BenchProgress.Stage stage =
                progress.begin("brute force", OptionalLong.of(plan.checked()))) {
            for (int i = 0; i < plan.checked(); i++) {
                int query = StandingNames.checked(plan, i);
                StandingAnswer answer =
                        reader.answer(StandingNames.name(query))
                                .orElseThrow(() -> new NearstreamException("A query has ended."));
                Set<String> nearest = data.nearest(query);
                for (Difference.Hit hit : answer.hits()) {
                    right += nearest.contains(hit.id()) ? 1 : 0;
                }
                stage.to(i + 1);
            }
        }
        return right / ((double) plan.checked() * Math.min(plan.k(), data.records()));
    }

    private void awaitAll(String what, long count, LongSupplier done) throws InterruptedException {
        try (BenchProgress.Stage stage = progress.begin(what, OptionalLong.of(count))) {
            await(
                    what,
                    () -> {
                        stage.to(Math.min(count, done.getAsLong()));
                        return done.getAsLong() >= count;
                    });
        }
    }

    private static void await(String what, BooleanSupplier fact) throws InterruptedException {
        long start = System.nanoTime();
        while (!fact.getAsBoolean()) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new NearstreamException("Not within %s: %s.".formatted(PATIENCE, what));
            }
            Thread.sleep(POLL_MS);
        }
    }
}
