package io.nearstream.bench.join;

import io.nearstream.bench.BenchProgress;
import io.nearstream.bench.ProcessFigures;
import io.nearstream.bench.SearchReport;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteTally;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Metric;
import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import io.nearstream.embedded.NamedJob;
import io.nearstream.jobs.common.config.JobIds;
import io.nearstream.jobs.common.config.JoinOptions;
import io.nearstream.jobs.common.config.NearstreamOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;

/**
 * Measures a self-join end to end: vectors are written to Kafka one by one, the ingest job makes
 * index changes of them, the join job pairs, and committed pairs are read from Kafka. No query job
 * runs. Everything is written, joined and deleted some times to warm up; then comes the measured
 * round, in the same jobs and under the same ids.
 *
 * <p>The end of a round is known by two equal records that are written behind it: when their pair
 * has been read and two more checkpoints are completed, every pair before them is committed.
 */
public final class JoinBench {
    private static final int TASK_MANAGERS = 2;
    private static final Duration RUNNING = Duration.ofMinutes(2);
    private static final Duration ACKNOWLEDGED = Duration.ofMinutes(10);
    private static final Duration LEARNED = Duration.ofMinutes(10);
    private static final long POLL_MS = 50;
    private static final String PAIRING = "Pair in buckets";

    private final JoinPlan plan;
    private final CollectionSettings collection;
    private final EmbeddedNearstream nearstream;
    private final NearstreamClient client;
    private final MatchReader matches;
    private final BenchProgress progress;
    private int marks;

    private JoinBench(
            JoinPlan plan,
            CollectionSettings collection,
            EmbeddedNearstream nearstream,
            NearstreamClient client,
            MatchReader matches,
            BenchProgress progress) {
        this.plan = plan;
        this.collection = collection;
        this.nearstream = nearstream;
        this.client = client;
        this.matches = matches;
        this.progress = progress;
    }

    /**
     * Runs a benchmark.
     *
     * @param dir an empty directory, for broker, state and checkpoints; the caller removes it
     * @throws NearstreamException if the system does not do its work
     */
    public static JoinReport run(JoinPlan plan, Path dir, BenchProgress progress)
            throws IOException, InterruptedException {
        SearchReport.Machine machine = SearchReport.Machine.here();
        Map<String, String> overrides = new HashMap<>(JobCounters.options());
        overrides.putAll(plan.overrides());
        EmbeddedOptions options =
                EmbeddedOptions.in(dir)
                        .withCluster(TASK_MANAGERS, plan.parallelism(), plan.parallelism())
                        .withOverrides(overrides);
        try (EmbeddedNearstream nearstream =
                        EmbeddedNearstream.start(options, List.of(NamedJob.INGEST));
                NearstreamClient client = NearstreamClient.connect(nearstream.bootstrap());
                MatchReader matches = new MatchReader(nearstream.bootstrap())) {
            CollectionSettings collection = client.collections().create(plan.collection());
            return new JoinBench(plan, collection, nearstream, client, matches, progress)
                    .measure(machine);
        }
    }

    private JoinReport measure(SearchReport.Machine machine)
            throws IOException, InterruptedException {
        // The first round is written before there is a job that could join it: it is learned from.
        write("warm up");
        if (plan.learns()) {
            awaitLearned();
        }
        submit();
        List<MatchReader.Said> said = new ArrayList<>(settle());
        for (int round = 1; round <= plan.warmUps(); round++) {
            delete();
            said.addAll(settle());
            write("warm up");
            said.addAll(settle());
        }
        delete();
        said.addAll(settle());
        final long left = left(said);
        long distances = JobCounters.of(PAIRING, "distances");
        long visits = JobCounters.of(PAIRING, "numRecordsIn");
        long cpuMicros = ProcessFigures.cpuMicros();
        long start = System.nanoTime();
        double acknowledged = write("join");
        List<MatchReader.Said> measured = settle();
        return new JoinReport(
                plan,
                JoinReport.Found.of(plan.truth(), measured),
                left,
                acknowledged,
                (measured.stream().mapToLong(MatchReader.Said::at).max().orElse(start) - start)
                        / 1e9,
                (ProcessFigures.cpuMicros() - cpuMicros) / (double) plan.vectors().size(),
                JobCounters.of(PAIRING, "distances") - distances,
                JobCounters.of(PAIRING, "numRecordsIn") - visits,
                nearstream.flink().checkpointedStateBytes(NamedJob.JOIN.id()),
                ProcessFigures.residentBytes(),
                nearstream.flink().numRestarts(JobIds.INGEST)
                        + nearstream.flink().numRestarts(NamedJob.JOIN.id()),
                machine);
    }

    /** Pairs that were said and not taken back, though all their records are gone. */
    private static long left(List<MatchReader.Said> said) {
        Map<Long, Integer> balance = new HashMap<>();
        for (MatchReader.Said each : said) {
            balance.merge(each.pair(), each.added() ? 1 : -1, Integer::sum);
        }
        return balance.values().stream().filter(each -> each != 0).count();
    }

    private void submit() throws IOException, InterruptedException {
        Configuration options = nearstream.flink().configuration();
        options.set(NearstreamOptions.BOOTSTRAP, nearstream.bootstrap());
        options.set(NearstreamOptions.PARALLELISM, plan.parallelism());
        options.set(JoinOptions.LEFT, collection.name());
        options.set(JoinOptions.EPS, plan.truth().eps());
        if (collection.metric() == Metric.JACCARD) {
            options.set(JoinOptions.TABLES, plan.tables());
            options.set(JoinOptions.HASHES, plan.hashes());
        } else {
            options.set(JoinOptions.VISITING, plan.visiting());
        }
        nearstream.flink().submit(NamedJob.JOIN.graph(options));
        nearstream.flink().awaitRunning(NamedJob.JOIN.id(), RUNNING);
    }

    private void awaitLearned() throws InterruptedException {
        long start = System.nanoTime();
        while (client.collections().describe(collection.name()).newest().number() == 0) {
            if (System.nanoTime() - start > LEARNED.toNanos()) {
                throw new NearstreamException(
                        "The cells were not learned within %s; --base must have --train-after vectors (%d) at least."
                                .formatted(LEARNED, collection.trainAfter()));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    /** Writes every vector; seconds until all are acknowledged. */
    private double write(String stageName) {
        WriteTally tally = new WriteTally();
        long start = System.nanoTime();
        try (BenchProgress.Stage stage =
                progress.begin(stageName, OptionalLong.of(plan.vectors().size()))) {
            for (int row = 0; row < plan.vectors().size(); row++) {
                tally.track(
                        client.writer()
                                .upsert(
                                        VectorUpsert.of(
                                                collection,
                                                Integer.toString(row),
                                                plan.vectors().get(row))));
                stage.to(row);
            }
            client.writer().flush();
            tally.await(ACKNOWLEDGED);
            stage.to(plan.vectors().size());
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private void delete() {
        WriteTally tally = new WriteTally();
        for (int row = 0; row < plan.vectors().size(); row++) {
            tally.track(client.writer().delete(collection.name(), Integer.toString(row)));
        }
        client.writer().flush();
        tally.await(ACKNOWLEDGED);
    }

    /** Waits until all that was written is joined, committed and read. */
    private List<MatchReader.Said> settle() {
        String one = "mark-%d-one".formatted(marks);
        String other = "mark-%d-other".formatted(marks);
        marks++;
        byte[] vector = plan.vectors().get(0);
        for (String id : List.of(one, other)) {
            WriteTally tally = new WriteTally();
            tally.track(client.writer().upsert(VectorUpsert.of(collection, id, vector)));
            client.writer().flush();
            tally.await(ACKNOWLEDGED);
        }
        List<MatchReader.Said> said = matches.untilMark(other);
        // The first of them is sure to begin behind the marks in all subtasks, the second behind
        // the commit of the first.
        nearstream.flink().checkpoint(NamedJob.JOIN.id());
        nearstream.flink().checkpoint(NamedJob.JOIN.id());
        said.addAll(matches.toEnd());
        return said;
    }
}
