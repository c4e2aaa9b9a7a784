package io.nearstream.cluster;

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
    private static final Duration SHOWN_TIMEOUT = Duration.ofSeconds(20);
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

    /**
     * All that have not ended. While a job waits for slots Flink does not show what it carries, so
     * that it is waited for a while.
     */
    private static List<Found> shown(Jobs jobs) throws InterruptedException {
        long deadline = System.nanoTime() + SHOWN_TIMEOUT.toNanos();
        List<Found> found = found(jobs);
        while (found.stream().anyMatch(each -> each.isOurs() && each.started().isEmpty())
                && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
            found = found(jobs);
        }
        return found;
    }

    /**
     * Fails where another job keeps already what a job is to keep, and only one may. One that does
     * not say what it was started with is not known to.
     */
    static void requireAlone(Jobs jobs, FurtherJob wanted)
            throws IOException, InterruptedException {
        if (!wanted.keepsAnything()) {
            return;
        }
        for (Found each : shown(jobs)) {
            Optional<String> kept = each.started().flatMap(wanted::keepsAs);
            if (kept.isPresent()) {
                throw new IOException(
                        "Nothing was submitted: job %s has %s already, and with another such job everything would be done twice. Use that one, or cancel it first."
                                .formatted(each.name(), kept.get()));
            }
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
     * Remembers all that run, before their JobManager ends.
     *
     * @param cluster where checkpoints and savepoints lie
     * @throws IOException when one does not say what it was started with, or would be refused now;
     *     nothing is remembered
     */
    void rememberAll(Jobs jobs, Configuration cluster) throws IOException, InterruptedException {
        List<Found> found = shown(jobs);
        List<String> unknown =
                found.stream().filter(each -> each.started().isEmpty()).map(Found::name).toList();
        if (!unknown.isEmpty()) {
            throw new IOException(
                    "Nothing was changed: job '%s' runs on this cluster, too, and does not say what it was started with, so it could not be started again. It waits for slots, an earlier build submitted it, or it is none of Nearstream's. Let it run and repeat this; or cancel it in the web UI, repeat this, and start it again as before ('join start', 'standing start'): it goes on from its newest checkpoint."
                            .formatted(String.join("', '", unknown)));
        }
        for (Found each : found) {
            requireTaken(jobs, each.started().get(), cluster);
        }
        note(found);
    }

    /** Another build may refuse what this job was started with. */
    private static void requireTaken(Jobs jobs, FurtherJob started, Configuration cluster)
            throws IOException, InterruptedException {
        NamedJob job = started.job();
        Configuration settings = started.settings(cluster);
        try {
            jobs.graph(job, settings, jobs.state(job, settings));
        } catch (IOException | RuntimeException refused) {
            throw new IOException(
                    "Nothing was ended, since job %s, which runs beside the cluster's own, could not be submitted again: %s. Cancel it in the web UI, repeat this, and start it again with options that are taken ('join start', 'standing start'): it goes on from its newest checkpoint."
                            .formatted(job.name(), withoutDot(refused)),
                    refused);
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

    /** Remembers those that it can, before their JobManager ends, and names the others. */
    void remember(Jobs jobs) throws IOException, InterruptedException {
        note(shown(jobs));
    }

    private void note(List<Found> found) throws IOException {
        for (Found each : found) {
            if (each.started().isPresent()) {
                file.write(each.started().get());
                progress.accept(
                        "noted    job %s, which runs again with the others".formatted(each.name()));
            } else {
                progress.accept(
                        "! job %s is not started again with the others: it does not say what it was started with. 'join start' and 'standing start' let it go on from its newest checkpoint"
                                .formatted(each.name()));
            }
        }
    }

    /**
     * Lets those that are remembered go on from their newest checkpoints, and forgets them once
     * they run.
     *
     * @throws IOException when some do not; they stay remembered, and the others run
     */
    void resume(Jobs jobs, Configuration cluster) throws IOException, InterruptedException {
        IOException failed = null;
        for (FurtherJob job : file.furtherJobs()) {
            try {
                resume(jobs, job, cluster);
                file.forget(job);
            } catch (IOException | RuntimeException failure) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("Resuming jobs was interrupted.");
                }
                IOException named =
                        new IOException(
                                "Job %s, which ran beside the cluster's own, does not run again: %s. 'cluster down' and 'cluster up' try it once more; to give it up, remove it from %s."
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

    /** What is wrong, in the middle of a sentence. */
    static String withoutDot(Exception failure) {
        String message = String.valueOf(failure.getMessage());
        return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }

    private void resume(Jobs jobs, FurtherJob remembered, Configuration cluster)
            throws IOException, InterruptedException {
        NamedJob job = remembered.job();
        if (!jobs.isPresent(job.id())) {
            requireAlone(jobs, remembered);
            Configuration settings = remembered.settings(cluster);
            jobs.submit(
                    job,
                    Optional.empty(),
                    remembered.subtasks(settings),
                    settings,
                    Optional.empty());
        }
        jobs.awaitRunning(job.id(), RUNNING_TIMEOUT);
        progress.accept(
                "running  job %s, parallelism %d"
                        .formatted(job.name(), jobs.parallelism(job.id())));
    }
}
