package io.nearstream.cluster;

import java.util.List;
import java.util.Optional;

/**
 * How a cluster is: what runs, what lags, what is unhealthy.
 *
 * @param nodes every process that should be there
 * @param jobs both jobs, and those that were started beside them; empty while no JobManager answers
 * @param backfill how far the files are read that the ingest job was given; empty where it was
 *     given none, or is not there
 * @param taskManagers registered with the leader
 * @param problems what somebody should look at, a sentence each; none when all is well
 */
public record ClusterStatus(
        List<NodeStatusReport> nodes,
        List<JobStatusReport> jobs,
        Optional<BackfillReport> backfill,
        int taskManagers,
        List<String> problems) {
    /** Copies the lists. */
    public ClusterStatus {
        nodes = List.copyOf(nodes);
        jobs = List.copyOf(jobs);
        problems = List.copyOf(problems);
    }

    /** Whether nothing needs to be looked at. */
    public boolean isHealthy() {
        return problems.isEmpty();
    }
}
