package io.nearstream.embedded;

import io.nearstream.jobs.common.config.BackfillOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;

/** What earlier runs of jobs left in a directory of checkpoints, by the jobs' ids. */
public final class EarlierRuns {
    /** In the place of a savepoint: start without any state, and put the checkpoints aside. */
    public static final String NO_STATE = "none";

    private static final List<String> NO_FILES = List.of(BackfillOptions.NO_FILES);

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
     * The options of a job that is about to {@link #goOn(JobGraph, Optional)}: whether it does, and
     * what its state knows, is known before its graph is made, which checks other things then.
     *
     * @param savepoint as there
     * @throws IOException when the state cannot be read, or has other shards than the options say
     */
    public Configuration told(Configuration settings, JobID job, Optional<String> savepoint)
            throws IOException {
        Optional<String> from =
                savepoint.isPresent()
                        ? savepoint.filter(named -> !named.equals(NO_STATE))
                        : newest(job).map(checkpoint -> checkpoint.toUri().toString());
        if (from.isEmpty()) {
            return new Configuration(settings);
        }
        Configuration going = goingOn(settings);
        Optional<StateContent> content = StateContent.read(from.get());
        if (content.isPresent()) {
            going.set(BackfillOptions.KNOWN, content.get().backfills());
            going.set(BackfillOptions.ENDED, content.get().endedBackfills());
            StandingShards.take(content.get(), going, from.get());
        }
        return going;
    }

    /** The options of a job that has state, into which nobody has looked. */
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
     * @throws IOException when files of a backfill have not been read to their end in that state,
     *     and the job neither goes on with them nor says that the rest is left out
     */
    public void goOn(JobGraph jobGraph, Optional<String> savepoint) throws IOException {
        if (savepoint.filter(NO_STATE::equals).isPresent()) {
            of(jobGraph.getJobID()).putAside();
        } else if (savepoint.isPresent()) {
            restore(jobGraph, savepoint.get(), RecoveryClaimMode.NO_CLAIM);
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
            // The job owns it from then on and removes it when it is superseded.
            restore(jobGraph, newest.get().toUri().toString(), RecoveryClaimMode.CLAIM);
            earlier.keepOnly(newest.get());
        } else if (!elsewhere && earlier.newestCompleted().isPresent()) {
            throw new IOException(
                    "Job '%s' has checkpoints, but every one of them is damaged, the newest being %s. Start it from a savepoint, or move its checkpoints away to start it without what it knew."
                            .formatted(jobGraph.getName(), earlier.newestCompleted().get()));
        } else {
            // Their numbers would clash with those of new checkpoints, or be taken for newer.
            earlier.putAside();
        }
    }

    /**
     * Fails where {@link #goOn(JobGraph, Optional)} would refuse state that is there, and changes
     * nothing.
     *
     * @param from the state; empty, or {@link #NO_STATE}, for none
     */
    public static void requireFitting(JobGraph jobGraph, Optional<String> from) throws IOException {
        if (from.filter(named -> !named.equals(NO_STATE)).isPresent()) {
            mayLeaveOut(jobGraph, from.get());
        }
    }

    private static void restore(JobGraph jobGraph, String from, RecoveryClaimMode mode)
            throws IOException {
        jobGraph.setSavepointRestoreSettings(
                SavepointRestoreSettings.forPath(from, mayLeaveOut(jobGraph, from), mode));
    }

    /**
     * Whether Flink may pass over state that the job has no operator for: where it was told so, and
     * where it is of files alone that were given up.
     */
    private static boolean mayLeaveOut(JobGraph jobGraph, String from) throws IOException {
        Configuration settings = jobGraph.getJobConfiguration();
        if (settings.get(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE)) {
            return true;
        }
        List<OperatorState> unclaimed =
                StateContent.read(from)
                        .map(content -> content.unclaimed(jobGraph))
                        .orElse(List.of());
        if (unclaimed.stream().noneMatch(StateContent::isBackfill)) {
            return false;
        }
        boolean given = settings.get(BackfillOptions.FILES).equals(NO_FILES);
        if (!given) {
            throw new IOException(
                    "Job '%s' goes on from %s, in which files of a backfill have not been read to their end, but it is told %s. Give the same files, unchanged, and the same collection, time and prefix until they have ended ('--backfill', '%s'); '--backfill %s' leaves out what was not read."
                            .formatted(
                                    jobGraph.getName(),
                                    from,
                                    settings.get(BackfillOptions.FILES).isEmpty()
                                            ? "of none"
                                            : "of others",
                                    BackfillOptions.FILES.key(),
                                    BackfillOptions.NO_FILES));
        }
        return unclaimed.stream().allMatch(StateContent::isBackfill);
    }
}
