package io.nearstream.embedded;

import io.nearstream.jobs.common.config.BackfillOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;

/** What earlier runs of jobs left in a directory of checkpoints, by the jobs' ids. */
public final class EarlierRuns {
    /** In the place of a savepoint: start without any state, and put the checkpoints aside. */
    public static final String NO_STATE = "none";

    private final Path checkpoints;

    /** Reads nothing yet. */
    public EarlierRuns(Path checkpoints) {
        this.checkpoints = checkpoints;
    }

    private CheckpointDirectory of(JobID job) {
        return new CheckpointDirectory(checkpoints.resolve(job.toHexString()));
    }

    /** The newest completed checkpoint of a job. */
    public Optional<Path> newest(JobID job) throws IOException {
        return of(job).newest();
    }

    /**
     * The options of a job that is about to {@link #goOn(JobGraph, Optional)}: whether it does is
     * known before its graph is made, which checks other things then.
     *
     * @param savepoint as there
     */
    public Configuration told(Configuration settings, JobID job, Optional<String> savepoint)
            throws IOException {
        boolean goesOn =
                savepoint.isPresent() ? !savepoint.get().equals(NO_STATE) : newest(job).isPresent();
        return goesOn ? goingOn(settings) : new Configuration(settings);
    }

    /** The options of a job that has state. */
    public static Configuration goingOn(Configuration settings) {
        Configuration copy = new Configuration(settings);
        copy.set(BackfillOptions.GOES_ON, true);
        return copy;
    }

    /**
     * Lets a job go on from where it is told.
     *
     * @param savepoint a savepoint or checkpoint, which stays; {@link #NO_STATE} for the topics
     *     alone; empty for the newest checkpoint
     */
    public void goOn(JobGraph jobGraph, Optional<String> savepoint) throws IOException {
        if (savepoint.filter(NO_STATE::equals).isPresent()) {
            of(jobGraph.getJobID()).putAside();
        } else if (savepoint.isPresent()) {
            jobGraph.setSavepointRestoreSettings(
                    SavepointRestoreSettings.forPath(
                            savepoint.get(), false, RecoveryClaimMode.NO_CLAIM));
        }
        goOn(jobGraph);
    }

    /**
     * The newest completed checkpoint of a job, when it is damaged: its metadata cannot be read, or
     * a file of it is missing or has another length than it was written with.
     */
    public Optional<Path> damaged(JobID job) throws IOException {
        Optional<Path> completed = of(job).newestCompleted();
        return completed.equals(newest(job)) ? Optional.empty() : completed;
    }

    /**
     * Lets a job that does not say from where to restore go on from its newest checkpoint; what it
     * does not go on from is put aside. One that is damaged is passed over.
     *
     * @throws IOException when there are checkpoints and all of them are damaged: without its state
     *     the job would be another one
     */
    public void goOn(JobGraph jobGraph) throws IOException {
        CheckpointDirectory earlier = of(jobGraph.getJobID());
        boolean elsewhere = jobGraph.getSavepointRestoreSettings().restoreSavepoint();
        Optional<Path> newest = elsewhere ? Optional.empty() : earlier.newest();
        if (newest.isPresent()) {
            earlier.keepOnly(newest.get());
            restore(jobGraph, newest.get());
        } else if (!elsewhere && earlier.newestCompleted().isPresent()) {
            throw new IOException(
                    "Job '%s' has checkpoints, but every one of them is damaged, the newest being %s. Start it from a savepoint, or move its checkpoints away to start it without what it knew."
                            .formatted(jobGraph.getName(), earlier.newestCompleted().get()));
        } else {
            // Their numbers would clash with those of new checkpoints, or be taken for newer.
            earlier.putAside();
        }
    }

    /** The job owns the checkpoint from then on and removes it when it is superseded. */
    private static void restore(JobGraph jobGraph, Path checkpoint) {
        jobGraph.setSavepointRestoreSettings(
                SavepointRestoreSettings.forPath(
                        checkpoint.toUri().toString(), false, RecoveryClaimMode.CLAIM));
    }
}
