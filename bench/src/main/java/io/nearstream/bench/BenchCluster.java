package io.nearstream.bench;

import io.nearstream.embedded.CheckpointTime;
import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.config.NearstreamOptions.Routing;
import io.nearstream.jobs.query.QueryJob;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;

/**
 * The product under test, in this JVM: a broker, two TaskManagers and both jobs. The query job can
 * be started again with other options on the same data. One thread at a time; close it.
 */
public final class BenchCluster implements AutoCloseable {
    private static final int TASK_MANAGERS = 2;
    private static final Duration RUNNING_TIMEOUT = Duration.ofMinutes(2);

    private final EmbeddedNearstream nearstream;
    private final Configuration configuration;
    private JobID queryJob;

    private BenchCluster(EmbeddedNearstream nearstream) {
        this.nearstream = nearstream;
        this.configuration = nearstream.flink().configuration();
        this.configuration.set(NearstreamOptions.BOOTSTRAP, nearstream.bootstrap());
        this.queryJob = nearstream.queryJobId();
    }

    /** Starts everything in an empty directory. */
    static BenchCluster start(SearchPlan plan, Path dir) throws IOException, InterruptedException {
        // Both jobs, or the ingest job and the query job of the comparison. No slot more: the
        // slots of a TaskManager share its memory for RocksDB evenly.
        int query = Math.max(plan.parallelism(), plan.comparedParallelism().orElse(1));
        int slots = plan.parallelism() + query;
        Map<String, String> overrides = new HashMap<>(plan.overrides());
        overrides.put(NearstreamOptions.ROUTING.key(), plan.routing().name());
        return start(plan.parallelism(), slots, overrides, dir);
    }

    /** Starts everything in an empty directory, with so many slots in all. */
    public static BenchCluster start(
            int parallelism, int slots, Map<String, String> overrides, Path dir)
            throws IOException, InterruptedException {
        EmbeddedOptions options =
                EmbeddedOptions.in(dir)
                        .withCluster(
                                TASK_MANAGERS,
                                (slots + TASK_MANAGERS - 1) / TASK_MANAGERS,
                                parallelism)
                        .withOverrides(overrides);
        return new BenchCluster(EmbeddedNearstream.start(options));
    }

    /** Where its broker is. */
    public String bootstrap() {
        return nearstream.bootstrap();
    }

    /** Full size of the query job's newest checkpoint. */
    long queryStateBytes() {
        return nearstream.flink().checkpointedStateBytes(queryJob);
    }

    /** The same by the names of its tasks. */
    Map<String, Long> queryStateBytesByTask() {
        return nearstream.flink().checkpointedStateBytesByTask(queryJob);
    }

    /** The newest completed checkpoints of both jobs. */
    List<CheckpointTime> checkpoints() {
        List<CheckpointTime> both =
                new ArrayList<>(nearstream.flink().checkpoints(nearstream.ingestJobId()));
        both.addAll(nearstream.flink().checkpoints(queryJob));
        return both;
    }

    /** How often the jobs were restarted; never, where nothing is wrong. */
    public int restarts() {
        return nearstream.flink().numRestarts(nearstream.ingestJobId())
                + nearstream.flink().numRestarts(queryJob);
    }

    /** Ends the query job with a savepoint. */
    String stopQueryJob() {
        return nearstream.flink().savepoint(queryJob, true);
    }

    /** Ends the query job. */
    void cancelQueryJob() throws InterruptedException {
        nearstream.flink().cancel(queryJob);
    }

    /** Starts a query job from a savepoint, and returns once it runs. */
    void startQueryJob(String savepoint, Routing routing, int parallelism)
            throws IOException, InterruptedException {
        Configuration options = new Configuration(configuration);
        options.set(NearstreamOptions.ROUTING, routing);
        options.set(NearstreamOptions.PARALLELISM, parallelism);
        JobGraph graph = QueryJob.jobGraph(options);
        queryJob = new JobID(); // a cluster takes no id twice
        graph.setJobID(queryJob);
        graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(savepoint));
        nearstream.flink().submit(graph);
        nearstream.flink().awaitRunning(queryJob, RUNNING_TIMEOUT);
    }

    @Override
    public void close() {
        nearstream.close();
    }
}
