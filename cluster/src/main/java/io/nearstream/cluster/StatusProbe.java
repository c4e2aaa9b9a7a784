package io.nearstream.cluster;

import io.nearstream.embedded.FlinkFailure;
import io.nearstream.embedded.NamedJob;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointStatistics;
import org.apache.flink.runtime.rest.messages.checkpoints.CheckpointingStatistics;
import org.apache.flink.runtime.rest.messages.job.JobDetailsInfo;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * Looks at a cluster without changing it: processes, the JobManager's REST API, Kafka, the ports of
 * live reads. Does not lock the directory, so it answers while another command is at work.
 */
public final class StatusProbe {
    private static final int REQUEST_MS = 5_000;

    private final Distribution distribution;
    private final ClusterLayout layout;
    private final Clock clock;
    private final List<String> problems = new ArrayList<>();

    /**
     * Looks at nothing yet; for one look.
     *
     * @param clock for ages
     */
    public StatusProbe(Distribution distribution, ClusterLayout layout, Clock clock) {
        this.distribution = distribution;
        this.layout = layout;
        this.clock = clock;
    }

    /**
     * Looks once.
     *
     * @throws IOException when no cluster was started in the directory
     */
    public ClusterStatus look() throws IOException, InterruptedException {
        ClusterFile file = new ClusterFile(layout);
        ClusterFile.Remembered remembered =
                file.read()
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                "No cluster was started in %s."
                                                        .formatted(layout.dir())));
        ClusterSettings settings = new ClusterSettings(layout, remembered);
        List<NodeStatusReport> nodes = nodes(file, remembered.spec());
        List<JobStatusReport> jobs = new ArrayList<>();
        Optional<BackfillReport> backfill = Optional.empty();
        int registered = 0;
        boolean runs = isRunning(nodes, NodeRole.JOBMANAGER);
        if (runs && settings.addresses().web().stream().noneMatch(Readiness::isListening)) {
            // Flink's client would go on trying for a minute.
            problems.add(
                    "No JobManager answers at %s yet."
                            .formatted(String.join(", ", settings.addresses().web())));
        } else if (runs) {
            try (Jobs client = new Jobs(settings.common())) {
                registered = client.taskManagers().size();
                if (registered < remembered.spec().taskManagers()) {
                    problems.add(
                            "%d of %d TaskManagers are registered."
                                    .formatted(registered, remembered.spec().taskManagers()));
                }
                List<FurtherJobs.Found> further = FurtherJobs.found(client);
                Map<String, Map<String, Long>> lags =
                        isRunning(nodes, NodeRole.BROKER) ? lags(settings, further) : Map.of();
                for (NamedJob job : Jobs.ALL) {
                    if (client.isPresent(job.id())) {
                        jobs.add(job(client, job.id(), job.name(), lags));
                    } else {
                        jobs.add(absent(job.name()));
                    }
                }
                backfill = backfill(client, settings);
                for (FurtherJobs.Found job : further) {
                    jobs.add(job(client, job.id(), job.name(), lags));
                    if (job.started().isEmpty()) {
                        problems.add(unknown(job.name()));
                    }
                }
                for (FurtherJob job : file.furtherJobs()) {
                    if (further.stream().noneMatch(each -> each.name().equals(job.name()))) {
                        jobs.add(absent(job.name()));
                    }
                }
            } catch (FlinkFailure silent) {
                problems.add("The JobManager does not answer. " + silent.getMessage());
            }
        }
        liveReads(settings, nodes);
        return new ClusterStatus(nodes, jobs, backfill, registered, problems);
    }

    private Optional<BackfillReport> backfill(Jobs client, ClusterSettings settings) {
        try {
            Optional<BackfillProbe> probe = BackfillProbe.of(settings.common());
            return probe.isEmpty()
                    ? Optional.empty()
                    : probe.get().look(client, probe.get()::total);
        } catch (IOException unreadable) {
            problems.add("A file of the backfill cannot be read: " + unreadable.getMessage());
            return Optional.empty();
        }
    }

    private List<NodeStatusReport> nodes(ClusterFile file, ClusterSpec spec) throws IOException {
        ProcessTable table = new ProcessTable(clock);
        List<NodeStatusReport> nodes =
                file.nodes().stream()
                        .map(table::report)
                        .sorted(
                                java.util.Comparator.comparing(NodeStatusReport::role)
                                        .thenComparing(NodeStatusReport::name))
                        .toList();
        for (NodeStatusReport node : nodes) {
            if (!node.isRunning()) {
                problems.add(
                        "%s is %s; 'cluster up' starts what is missing. Its log: %s"
                                .formatted(node.name(), node.state(), layout.log(node.name())));
            }
        }
        for (String name : spec.nodeNames()) {
            if (nodes.stream().noneMatch(node -> node.name().equals(name))) {
                problems.add(name + " was not started; 'cluster up' starts what is missing.");
            }
        }
        return nodes;
    }

    private static boolean isRunning(List<NodeStatusReport> nodes, NodeRole role) {
        return nodes.stream().anyMatch(node -> node.role() == role && node.isRunning());
    }

    private Map<String, Map<String, Long>> lags(
            ClusterSettings settings, List<FurtherJobs.Found> further) throws InterruptedException {
        Map<String, Object> kafka =
                Map.of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                        settings.addresses().bootstrap(),
                        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        REQUEST_MS,
                        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        REQUEST_MS);
        Map<String, Map<String, Long>> lags = new java.util.TreeMap<>();
        try (Admin admin = Admin.create(kafka)) {
            MissingCopies.problem(admin).ifPresent(problems::add);
            List<String> names = new ArrayList<>(Jobs.ALL.stream().map(NamedJob::name).toList());
            further.stream()
                    .filter(FurtherJobs.Found::isOurs)
                    .forEach(job -> names.add(job.name()));
            for (String name : names) {
                lags.put(name, new Lags(admin).of("nearstream-" + name));
            }
        } catch (IOException silent) {
            problems.add(silent.getMessage());
        }
        return lags;
    }

    private static String unknown(String name) {
        return "Job %s does not say what it was started with: an earlier build submitted it, or it is none of Nearstream's. 'cluster upgrade' refuses beside it, and 'cluster down' ends it for good; cancel it in the web UI and start it again, from its newest checkpoint."
                .formatted(name);
    }

    private JobStatusReport absent(String name) {
        problems.add(
                "Job %s is absent; 'cluster submit' starts it from its newest checkpoint, or from the savepoint that it was stopped with."
                        .formatted(name));
        return JobStatusReport.absent(name);
    }

    private JobStatusReport job(
            Jobs client, JobID id, String name, Map<String, Map<String, Long>> lags) {
        var details = client.details(id);
        CheckpointingStatistics checkpoints = client.checkpoints(id);
        var latest = checkpoints.getLatestCheckpoints();
        CheckpointStatistics completed = latest.getCompletedCheckpointStatistics();
        CheckpointStatistics failed = latest.getFailedCheckpointStatistics();
        boolean failing =
                failed != null && (completed == null || failed.getId() > completed.getId());
        JobStatusReport report =
                new JobStatusReport(
                        name,
                        details.getJobStatus().name(),
                        client.parallelism(id),
                        lags.getOrDefault(name, Map.of()),
                        completed == null ? -1 : clock.millis() - completed.getTriggerTimestamp(),
                        completed == null ? 0 : completed.getDuration(),
                        completed == null ? 0 : completed.getStateSize(),
                        failing ? failedSince(checkpoints) : 0);
        problems.addAll(JobVerdict.of(report, JobWait.notRunning(details), runningMs(details)));
        return report;
    }

    /** Since it runs, or runs again; 0 while it does not. */
    private static long runningMs(JobDetailsInfo details) {
        long since = details.getTimestamps().getOrDefault(JobStatus.RUNNING, 0L);
        return details.getJobStatus() == JobStatus.RUNNING && since > 0
                ? details.getNow() - since
                : 0;
    }

    /** Numbers go on from the checkpoint that a job was restored from; without any, all failed. */
    private static long failedSince(CheckpointingStatistics checkpoints) {
        var latest = checkpoints.getLatestCheckpoints();
        CheckpointStatistics completed = latest.getCompletedCheckpointStatistics();
        return completed == null
                ? checkpoints.getCounts().getNumberFailedCheckpoints()
                : latest.getFailedCheckpointStatistics().getId() - completed.getId();
    }

    /** Flink only logs when a TaskManager's proxy finds no port, and runs on without. */
    private void liveReads(ClusterSettings settings, List<NodeStatusReport> nodes) {
        for (NodeStatusReport node : nodes) {
            if (node.role() == NodeRole.TASKMANAGER && node.isRunning()) {
                String address = settings.address(node.name());
                if (!Readiness.isListening(address)) {
                    problems.add(
                            "%s does not answer live reads of keys at %s; end it and start it again with 'cluster up'."
                                    .formatted(node.name(), address));
                }
            }
        }
    }
}
