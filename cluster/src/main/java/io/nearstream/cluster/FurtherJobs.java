package io.nearstream.cluster;

import io.nearstream.embedded.EarlierRuns;
import io.nearstream.embedded.FlinkFailure;
import io.nearstream.embedded.NamedJob;
import io.nearstream.jobs.common.config.JobIds;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;

/**
 * The jobs that run on a cluster beside its own: joins and such, which their own commands start.
 * They are remembered in the cluster's directory while their JobManager is not there, and run again
 * after that.
 */
record FurtherJobs(ClusterLayout layout, ClusterFile file, Consumer<String> progress) {
    private static final Duration RUNNING_TIMEOUT = Duration.ofMinutes(2);
    private static final long POLL_MS = 100;
    private static final String OURS = "Nearstream ";

    /**
     * A job that has not ended.
     *
     * @param name ours, or as Flink knows it
     * @param started what it was started with, where it says so
     */
    record Found(JobID id, String name, Optional<FurtherJob> started) {
        /** Whether it is one of the product's, whichever build submitted it. */
        boolean isOurs() {
            return id.equals(JobIds.of(name));
        }
    }

    /** All that have not ended. */
    static List<Found> found(Jobs jobs) {
        List<Found> found = new ArrayList<>();
        for (Map.Entry<JobID, JobStatus> job : jobs.states().entrySet()) {
            JobID id = job.getKey();
            boolean own = Jobs.ALL.stream().anyMatch(each -> each.id().equals(id));
            if (!own && !job.getValue().isGloballyTerminalState()) {
                Optional<FurtherJob> started =
                        FurtherJob.of(jobs.parameters(id))
                                .filter(each -> each.job().id().equals(id));
                String name = jobs.details(id).getName();
                String without = name.startsWith(OURS) ? name.substring(OURS.length()) : name;
                found.add(new Found(id, JobIds.of(without).equals(id) ? without : name, started));
            }
        }
        return found;
    }

    /**
     * Makes sure that all that run can be submitted again.
     *
     * @throws IOException when one does not say what it was started with
     */
    static List<FurtherJob> resumable(Jobs jobs) throws IOException {
        List<Found> found = found(jobs);
        List<String> unknown =
                found.stream().filter(each -> each.started().isEmpty()).map(Found::name).toList();
        if (!unknown.isEmpty()) {
            throw new IOException(
                    "Nothing was changed: job '%s' runs on this cluster, too, and does not say what it was started with, so it could not be started again. An earlier build submitted it, or it is none of Nearstream's. Cancel it in the web UI, repeat this, and start it again as before ('join start', 'standing start'): it goes on from its newest checkpoint."
                            .formatted(String.join("', '", unknown)));
        }
        return found.stream().map(each -> each.started().orElseThrow()).toList();
    }

    /** Stops jobs with savepoints; {@link #resume} lets them go on from there. */
    void stop(Jobs jobs, List<FurtherJob> running) throws IOException {
        for (FurtherJob job : running) {
            String path;
            try {
                path = jobs.savepoint(job.job(), true);
            } catch (FlinkFailure refused) {
                throw new IOException(
                        "Job %s, which runs beside the cluster's own, cannot be stopped with a savepoint, so nothing else was upgraded. See in the web UI what is wrong with it, or cancel it there, and repeat this: what was stopped before it goes on then, too. %s"
                                .formatted(job.name(), refused.getMessage()),
                        refused);
            }
            file.write(job.stoppedWith(path));
            progress.accept("saved    job %s: %s".formatted(job.name(), path));
        }
    }

    /** Takes savepoints of those of ours; by job. */
    Map<String, String> save(Jobs jobs) {
        Map<String, String> savepoints = new TreeMap<>();
        for (Found each : found(jobs)) {
            if (each.isOurs()) {
                NamedJob job = new NamedJob(each.name(), NamedJob.JOIN.builder()); // not built
                savepoints.put(each.name(), jobs.savepoint(job, false));
                progress.accept(
                        "saved    job %s: %s".formatted(each.name(), savepoints.get(each.name())));
            }
        }
        return savepoints;
    }

    /** Before the JobManager ends: {@link #resume} lets them go on from their checkpoints. */
    void remember(Jobs jobs) throws IOException {
        for (Found each : found(jobs)) {
            if (each.started().isPresent()) {
                file.write(withSavepoint(each.started().get()));
                progress.accept(
                        "noted    job %s, which runs again with the others".formatted(each.name()));
            } else {
                progress.accept(
                        "! job %s is not started again with the others: it does not say what it was started with. 'join start' and 'standing start' let it go on from its newest checkpoint"
                                .formatted(each.name()));
            }
        }
    }

    /** One that has completed no checkpoint since it was stopped has nothing else to go on from. */
    private FurtherJob withSavepoint(FurtherJob running) throws IOException {
        return file.furtherJobs().stream()
                .filter(before -> before.name().equals(running.name()))
                .filter(before -> before.savepoint() != null)
                .findAny()
                .map(before -> running.stoppedWith(before.savepoint()))
                .orElse(running);
    }

    /**
     * Submits those that are remembered, and forgets them once they run and have made a checkpoint
     * of what they went on from.
     *
     * @param stopped whether they were stopped just now: nothing but their savepoints counts
     * @throws IOException when some do not; they stay remembered, and the others run
     */
    void resume(Jobs jobs, Configuration cluster, boolean stopped)
            throws IOException, InterruptedException {
        IOException failed = null;
        for (FurtherJob job : file.furtherJobs()) {
            try {
                resume(jobs, job, cluster, stopped);
                file.forget(job);
            } catch (IOException | RuntimeException failure) {
                IOException named =
                        new IOException(
                                "Job %s, which ran beside the cluster's own, does not run again: %s. 'cluster submit' tries it once more; to give it up, remove it from %s."
                                        .formatted(
                                                job.name(),
                                                withoutDot(failure),
                                                layout.furtherJobs()),
                                failure);
                if (failed == null) {
                    failed = named;
                } else {
                    progress.accept("! " + named.getMessage());
                    failed.addSuppressed(named);
                }
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    private static String withoutDot(Exception failure) {
        String message = String.valueOf(failure.getMessage());
        return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }

    private void resume(Jobs jobs, FurtherJob remembered, Configuration cluster, boolean stopped)
            throws IOException, InterruptedException {
        NamedJob job = remembered.job();
        if (!jobs.isPresent(job.id())) {
            Configuration settings = remembered.settings(cluster);
            // Later, checkpoints are newer: somebody started it meanwhile.
            boolean hasRun =
                    !stopped && new EarlierRuns(layout.checkpoints()).newest(job.id()).isPresent();
            Optional<String> savepoint =
                    hasRun ? Optional.empty() : Optional.ofNullable(remembered.savepoint());
            try {
                jobs.submit(
                        job, Optional.empty(), remembered.subtasks(settings), settings, savepoint);
            } catch (FlinkFailure refused) {
                EndedJobException.throwIfCauseOf(refused, job);
                throw refused;
            }
        }
        jobs.awaitRunning(job.id(), RUNNING_TIMEOUT);
        if (remembered.savepoint() != null) {
            awaitCheckpoint(jobs, job);
        }
        progress.accept(
                "running  job %s, parallelism %d"
                        .formatted(job.name(), jobs.parallelism(job.id())));
    }

    /** Until then only the savepoint has its state. */
    private static void awaitCheckpoint(Jobs jobs, NamedJob job) throws InterruptedException {
        long deadline = System.nanoTime() + RUNNING_TIMEOUT.toNanos();
        while (jobs.checkpoints(job.id()).getCounts().getNumberCompletedCheckpoints() == 0) {
            if (System.nanoTime() > deadline) {
                throw new FlinkFailure(
                        "Job '%s' runs, but has completed no checkpoint in %d s."
                                .formatted(job.name(), RUNNING_TIMEOUT.toSeconds()));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }
}
