package io.nearstream.cluster;

import io.nearstream.embedded.EarlierRuns;
import io.nearstream.embedded.NamedJob;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** How the jobs of a cluster begin, and go on. */
record JobStarts(ClusterLayout layout, Consumer<String> progress) {
    private static final Duration RUNNING_TIMEOUT = Duration.ofMinutes(2);

    /**
     * Those that are not there, or try in vain to go on from a damaged checkpoint: these are
     * canceled.
     */
    List<NamedJob> missing(Jobs jobs, List<NamedJob> some) throws IOException {
        List<NamedJob> missing = new ArrayList<>();
        for (NamedJob job : some) {
            DamagedCheckpoints.giveUp(jobs, job, layout, progress);
            if (!jobs.isPresent(job.id())) {
                missing.add(job);
            }
        }
        return missing;
    }

    /**
     * Whether any has ended under this JobManager, which without ZooKeeper remembers its id and
     * refuses it from then on.
     */
    boolean anyEnded(Jobs jobs, List<NamedJob> some) {
        return some.stream().anyMatch(job -> jobs.states().containsKey(job.id()));
    }

    /** Submits those that are not there, and returns when all run. */
    void start(
            Jobs jobs,
            ClusterFile.Remembered remembered,
            List<NamedJob> some,
            Map<String, String> savepoints)
            throws IOException, InterruptedException {
        ClusterSettings settings = new ClusterSettings(layout, remembered);
        for (NamedJob job : some) {
            if (!jobs.isPresent(job.id())) {
                jobs.submit(
                        job,
                        remembered.spec().subtasks(),
                        settings.jobSettings(),
                        startOf(job, savepoints, remembered));
            }
        }
        for (NamedJob job : some) {
            jobs.awaitRunning(job.id(), RUNNING_TIMEOUT);
            progress.accept(
                    "running  job %s, parallelism %d"
                            .formatted(job.name(), jobs.parallelism(job.id())));
        }
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
