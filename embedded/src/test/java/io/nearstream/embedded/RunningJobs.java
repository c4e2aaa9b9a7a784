package io.nearstream.embedded;

import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.ingest.IngestJob;
import io.nearstream.jobs.query.QueryJob;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;

/** Both jobs of a cluster, to be stopped with savepoints and started again from these. */
record RunningJobs(EmbeddedNearstream nearstream, JobID ingest, JobID query) {
    private static final Duration RUNNING = Duration.ofSeconds(90);

    /** Those that it was started with. */
    static RunningJobs of(EmbeddedNearstream nearstream) {
        return new RunningJobs(nearstream, nearstream.ingestJobId(), nearstream.queryJobId());
    }

    Stopped stop() {
        // The query job first: what ingest writes until it stops waits for its successor.
        String ofQuery = nearstream.flink().savepoint(query, true);
        return new Stopped(nearstream, nearstream.flink().savepoint(ingest, true), ofQuery);
    }

    /**
     * Starts a job, beside others, under an id of its own: a cluster does not take the id of a job
     * that has ended.
     *
     * @param savepoint where to start from; empty: without state
     */
    static JobID start(
            EmbeddedNearstream nearstream,
            NamedJob job,
            Optional<String> savepoint,
            int parallelism)
            throws IOException, InterruptedException {
        Configuration configuration = nearstream.flink().configuration();
        configuration.set(NearstreamOptions.BOOTSTRAP, nearstream.bootstrap());
        configuration.set(NearstreamOptions.PARALLELISM, parallelism);
        JobGraph graph = job.graph(configuration);
        savepoint.ifPresent(
                path -> graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(path)));
        return nearstream.flink().submit(graph);
    }

    /** The savepoints of both. */
    record Stopped(EmbeddedNearstream nearstream, String ofIngest, String ofQuery) {
        RunningJobs restart(int parallelism) throws IOException, InterruptedException {
            JobID ingest = submit("ingest", IngestJob::jobGraph, ofIngest, parallelism);
            JobID query = submit("query", QueryJob::jobGraph, ofQuery, parallelism);
            nearstream.flink().awaitRunning(ingest, RUNNING);
            nearstream.flink().awaitRunning(query, RUNNING);
            return new RunningJobs(nearstream, ingest, query);
        }

        private JobID submit(
                String name, NamedJob.Builder builder, String savepoint, int parallelism)
                throws IOException, InterruptedException {
            NamedJob job = new NamedJob(name + "-at-" + parallelism, builder);
            return start(nearstream, job, Optional.of(savepoint), parallelism);
        }
    }
}
