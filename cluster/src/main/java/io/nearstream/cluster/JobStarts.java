package io.nearstream.cluster;

import io.nearstream.embedded.EarlierRuns;
import io.nearstream.embedded.FlinkFailure;
import io.nearstream.embedded.NamedJob;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;

/** How the jobs of a cluster begin, and go on. */
record JobStarts(ClusterLayout layout, Consumer<String> progress) {
    private static final Duration RUNNING_TIMEOUT = Duration.ofMinutes(2);

    /** Flink asks another TaskManager for a slot that none has offered for 10 s. */
    private static final Duration ALL_SLOTS_WITHIN = Duration.ofSeconds(30);

    /**
     * Checks that nobody who runs is asked to start from somewhere.
     *
     * @throws IOException when one is
     */
    void requireAbsent(Jobs jobs, Map<String, String> savepoints) throws IOException {
        for (NamedJob job : Jobs.ALL) {
            if (savepoints.containsKey(job.name()) && jobs.isPresent(job.id())) {
                throw new IOException(
                        "Job %s is there already, so it cannot start from %s. Cancel it in the web UI first."
                                .formatted(job.name(), savepoints.get(job.name())));
            }
        }
    }

    /**
     * Submits those that are not there, or try in vain to go on from a damaged checkpoint, and
     * returns when all run, with as many subtasks as there is room for.
     *
     * @throws EndedJobException when the JobManager must be started anew for one of them
     */
    void start(
            Jobs jobs,
            ClusterFile.Remembered remembered,
            List<NamedJob> some,
            Map<String, String> savepoints)
            throws IOException, InterruptedException {
        ClusterSettings settings = new ClusterSettings(layout, remembered);
        for (NamedJob job : some) {
            DamagedCheckpoints.giveUp(jobs, job, layout, progress);
            if (!jobs.isPresent(job.id())) {
                try {
                    jobs.submit(
                            job,
                            Optional.empty(),
                            remembered.spec().subtasks(),
                            settings.jobSettings(),
                            startOf(job, savepoints, remembered));
                } catch (FlinkFailure refused) {
                    EndedJobException.throwIfCauseOf(refused, job);
                    throw refused;
                }
            }
        }
        for (NamedJob job : some) {
            jobs.awaitSettled(
                    job.id(), remembered.spec().subtasks(), ALL_SLOTS_WITHIN, RUNNING_TIMEOUT);
            progress.accept(
                    "running  job %s, parallelism %d"
                            .formatted(job.name(), jobs.parallelism(job.id())));
        }
    }

    /**
     * Those and all that end with their JobManager, which must be able to go on.
     *
     * @throws IOException when one of these has no checkpoint yet
     */
    List<NamedJob> withThoseThatRun(Jobs jobs, List<NamedJob> some, Map<String, String> savepoints)
            throws IOException {
        List<NamedJob> all = new ArrayList<>();
        for (NamedJob job : Jobs.ALL) {
            boolean runs = jobs.isPresent(job.id());
            if (runs
                    && !savepoints.containsKey(job.name())
                    && new EarlierRuns(layout.checkpoints()).newest(job.id()).isEmpty()) {
                throw new IOException(
                        "The JobManager must be started anew, and job %s, which runs under it, has no checkpoint yet to go on from. Wait for its first one, or save it with 'cluster savepoint'."
                                .formatted(job.name()));
            }
            if (runs || some.contains(job)) {
                all.add(job);
            }
        }
        return all;
    }

    /**
     * Makes jobs as they would be submitted to go on from what they have now, so that what would be
     * refused then is found while they run.
     *
     * @throws IOException when one would be refused; nothing is changed
     */
    Map<NamedJob, JobGraph> graphs(
            Jobs jobs,
            ClusterFile.Remembered remembered,
            List<NamedJob> some,
            Map<String, String> savepoints)
            throws IOException, InterruptedException {
        Configuration settings = new ClusterSettings(layout, remembered).jobSettings();
        Map<NamedJob, JobGraph> graphs = new LinkedHashMap<>();
        for (NamedJob job : some) {
            boolean goesOn = !savepoints.containsKey(job.name()) && jobs.isPresent(job.id());
            Optional<String> from =
                    goesOn ? jobs.state(job, settings) : startOf(job, savepoints, remembered);
            try {
                graphs.put(job, jobs.graph(job, settings, from));
            } catch (IOException | IllegalArgumentException refused) {
                throw new IOException(
                        "Nothing was ended, since job %s could not be submitted again: %s.%s"
                                .formatted(
                                        job.name(),
                                        FurtherJobs.withoutDot(refused),
                                        adviceOnFiles(job, settings)),
                        refused);
            }
        }
        return graphs;
    }

    private static String adviceOnFiles(NamedJob job, Configuration settings) {
        return Jobs.readsFiles(job, settings)
                ? " For a cluster that runs: files that have been read to their end may be moved away; other options are taken by 'cluster up' after 'cluster down'."
                : "";
    }

    /**
     * Gives each job as many subtasks as the cluster has room for.
     *
     * @param graphs of all jobs
     */
    void rescale(Jobs jobs, Map<NamedJob, JobGraph> graphs, ClusterFile.Remembered now)
            throws InterruptedException {
        int most = now.spec().subtasks();
        for (NamedJob job : Jobs.ALL) {
            jobs.rescale(job, graphs.get(job), most);
        }
        for (NamedJob job : Jobs.ALL) {
            jobs.awaitParallelism(job.id(), most, RUNNING_TIMEOUT);
            progress.accept("running  job %s, parallelism %d".formatted(job.name(), most));
        }
    }

    /** Takes a savepoint of each job, which runs on or is stopped with it; by job. */
    Map<String, String> save(Jobs jobs, ClusterFile file, boolean stop) throws IOException {
        Map<String, String> savepoints = new TreeMap<>();
        for (NamedJob job : Jobs.ALL) {
            String path = jobs.savepoint(job, stop);
            savepoints.put(job.name(), path);
            if (stop) {
                file.write(file.read().orElseThrow().withStopped(job.name(), path));
            }
            progress.accept("saved    job %s: %s".formatted(job.name(), path));
        }
        return savepoints;
    }

    /** The savepoint that was named, or that the job was stopped with and has no successor. */
    private Optional<String> startOf(
            NamedJob job, Map<String, String> named, ClusterFile.Remembered remembered)
            throws IOException {
        String savepoint = named.get(job.name());
        if (savepoint == null && new EarlierRuns(layout.checkpoints()).newest(job.id()).isEmpty()) {
            savepoint = remembered.stopped().get(job.name());
        }
        return Optional.ofNullable(savepoint);
    }
}
