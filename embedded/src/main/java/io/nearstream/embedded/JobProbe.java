package io.nearstream.embedded;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.checkpoint.CheckpointStatsStatus;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.runtime.checkpoint.TaskStateStats;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.minicluster.MiniCluster;

/** Looks at the jobs of a cluster: do they run, how often did they restart, how large are they. */
final class JobProbe {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final long POLL_MS = 20;

    private final MiniCluster cluster;

    JobProbe(MiniCluster cluster) {
        this.cluster = cluster;
    }

    void awaitRunning(JobID job, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (true) {
            AccessExecutionGraph graph = graph(job);
            if (graph.getState().isGloballyTerminalState()) {
                throw new FlinkFailure(describe(graph) + " has ended." + reason(graph));
            }
            List<String> waiting = notRunning(graph);
            if (graph.getState() == JobStatus.RUNNING && waiting.isEmpty()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new FlinkFailure(
                        "%s does not run after %d s; waiting for %s.%s"
                                .formatted(
                                        describe(graph),
                                        timeout.toSeconds(),
                                        waiting,
                                        reason(graph)));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    void awaitTerminated(JobID job, Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!graph(job).getState().isGloballyTerminalState()) {
            if (System.nanoTime() > deadline) {
                throw new FlinkFailure(
                        "%s has not ended after %d s."
                                .formatted(describe(graph(job)), timeout.toSeconds()));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    int numRestarts(JobID job) {
        int restarts = 0;
        for (AccessExecutionVertex vertex : graph(job).getAllExecutionVertices()) {
            restarts = Math.max(restarts, vertex.getCurrentExecutionAttempt().getAttemptNumber());
        }
        return restarts;
    }

    int parallelism(JobID job) {
        int widest = 0;
        for (AccessExecutionVertex vertex : graph(job).getAllExecutionVertices()) {
            widest = Math.max(widest, vertex.getParallelSubtaskIndex() + 1);
        }
        return widest;
    }

    long checkpointedStateBytes(JobID job) {
        CheckpointStatsSnapshot stats = graph(job).getCheckpointStatsSnapshot();
        if (stats == null) {
            return 0; // the job takes no checkpoints
        }
        CompletedCheckpointStats latest = stats.getHistory().getLatestCompletedCheckpoint();
        return latest == null ? 0 : latest.getStateSize();
    }

    Map<String, Long> checkpointedStateBytesByTask(JobID job) {
        AccessExecutionGraph graph = graph(job);
        CheckpointStatsSnapshot stats = graph.getCheckpointStatsSnapshot();
        CompletedCheckpointStats latest =
                stats == null ? null : stats.getHistory().getLatestCompletedCheckpoint();
        Map<String, Long> bytes = new TreeMap<>();
        if (latest != null) {
            for (TaskStateStats task : latest.getAllTaskStateStats()) {
                bytes.merge(
                        graph.getJobVertex(task.getJobVertexId()).getName(),
                        task.getStateSize(),
                        Long::sum);
            }
        }
        return bytes;
    }

    List<CheckpointTime> checkpoints(JobID job) {
        CheckpointStatsSnapshot stats = graph(job).getCheckpointStatsSnapshot();
        if (stats == null) {
            return List.of(); // the job takes no checkpoints
        }
        return stats.getHistory().getCheckpoints().stream()
                .filter(each -> each.getStatus() == CheckpointStatsStatus.COMPLETED)
                .map(
                        each ->
                                new CheckpointTime(
                                        each.getTriggerTimestamp(), each.getEndToEndDuration()))
                .toList();
    }

    private AccessExecutionGraph graph(JobID job) {
        return FlinkFailure.await(
                "look at job " + job, cluster.getExecutionGraph(job), REQUEST_TIMEOUT);
    }

    private static List<String> notRunning(AccessExecutionGraph graph) {
        List<String> waiting = new ArrayList<>();
        for (AccessExecutionVertex vertex : graph.getAllExecutionVertices()) {
            ExecutionState state = vertex.getExecutionState();
            if (state != ExecutionState.RUNNING && state != ExecutionState.FINISHED) {
                waiting.add(vertex.getTaskNameWithSubtaskIndex() + " " + state);
            }
        }
        return waiting;
    }

    private static String describe(AccessExecutionGraph graph) {
        return "Job '%s' (%s)".formatted(graph.getJobName(), graph.getState());
    }

    private static String reason(AccessExecutionGraph graph) {
        return graph.getFailureInfo() == null
                ? ""
                : FlinkFailure.reason(graph.getFailureInfo().getExceptionAsString());
    }
}
