package io.nearstream.cli;

import io.nearstream.cluster.BackfillReport;
import io.nearstream.cluster.ClusterStatus;
import io.nearstream.cluster.JobStatusReport;
import io.nearstream.cluster.NodeStatusReport;
import io.nearstream.cluster.StatusProbe;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "status",
        description = {
            "Say what runs, what lags and what is unhealthy.",
            "Exits with 1 when something should be looked at."
        })
final class ClusterStatusCommand implements Callable<Integer> {
    private static final double MIB = 1 << 20;

    @Spec private CommandSpec spec;
    @Mixin private ClusterDirOptions directory;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Logs.quiet();
        ClusterStatus status =
                new StatusProbe(directory.distribution(), directory.layout(), Clock.systemUTC())
                        .look();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, document(status));
        } else {
            print(out, status);
        }
        return status.isHealthy() ? 0 : 1;
    }

    private static void print(PrintWriter out, ClusterStatus status) {
        Table nodes = new Table("NODE", "STATE", ">PROCESS", "ADDRESS", ">UP", ">MEMORY");
        for (NodeStatusReport node : status.nodes()) {
            nodes.row(
                    node.name(),
                    node.state(),
                    node.pid(),
                    node.address(),
                    duration(node.upMs()),
                    node.residentBytes() == 0
                            ? "-"
                            : "%.0f MiB".formatted(node.residentBytes() / MIB));
        }
        nodes.print(out);
        out.println();
        Table jobs =
                new Table(
                        "JOB",
                        "STATE",
                        ">PARALLELISM",
                        ">BEHIND",
                        ">CHECKPOINT",
                        ">TOOK",
                        ">STATE SIZE");
        for (JobStatusReport job : status.jobs()) {
            boolean checkpointed = job.checkpointAgeMs() >= 0;
            jobs.row(
                    job.name(),
                    job.state(),
                    job.parallelism(),
                    job.lag().isEmpty() ? "unknown" : "%,d records".formatted(job.totalLag()),
                    checkpointed ? duration(job.checkpointAgeMs()) + " ago" : "none yet",
                    checkpointed ? job.checkpointMs() + " ms" : "-",
                    checkpointed ? "%.1f MiB".formatted(job.checkpointBytes() / MIB) : "-");
        }
        jobs.print(out);
        status.backfill().map(BackfillReport::text).ifPresent(out::println);
        out.println();
        if (status.isHealthy()) {
            out.println("Healthy.");
        }
        status.problems().forEach(problem -> out.println("! " + problem));
        out.flush();
    }

    private static String duration(long ms) {
        long seconds = ms / 1_000;
        if (seconds < 120) {
            return seconds + " s";
        }
        long minutes = seconds / 60;
        return minutes < 120 ? minutes + " min" : minutes / 60 + " h";
    }

    private static Map<String, Object> document(ClusterStatus status) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("healthy", status.isHealthy());
        document.put("problems", status.problems());
        document.put("task_managers_registered", status.taskManagers());
        document.put("nodes", status.nodes().stream().map(ClusterStatusCommand::node).toList());
        status.backfill().ifPresent(report -> document.put("backfill", backfill(report)));
        document.put("jobs", status.jobs().stream().map(ClusterStatusCommand::job).toList());
        return document;
    }

    private static Map<String, Object> node(NodeStatusReport node) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", node.name());
        fields.put("role", node.role().text());
        fields.put("state", node.state());
        fields.put("pid", node.pid());
        fields.put("address", node.address());
        fields.put("up_ms", node.upMs());
        fields.put("resident_bytes", node.residentBytes());
        return fields;
    }

    private static Map<String, Object> backfill(BackfillReport report) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("collection", report.collection());
        fields.put("rows", report.rows());
        fields.put("total", report.total().isPresent() ? report.total().getAsLong() : null);
        fields.put("ended", report.ended());
        return fields;
    }

    private static Map<String, Object> job(JobStatusReport job) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", job.name());
        fields.put("state", job.state());
        fields.put("parallelism", job.parallelism());
        fields.put("lag", job.lag());
        fields.put("checkpoint_age_ms", job.checkpointAgeMs() < 0 ? null : job.checkpointAgeMs());
        fields.put("checkpoint_ms", job.checkpointMs());
        fields.put("state_bytes", job.checkpointBytes());
        fields.put("checkpoints_failed_since", job.failedSince());
        return fields;
    }
}
