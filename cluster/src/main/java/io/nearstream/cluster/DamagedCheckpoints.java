package io.nearstream.cluster;

import io.nearstream.embedded.EarlierRuns;
import io.nearstream.embedded.NamedJob;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Jobs that try in vain to go on from a damaged checkpoint: Flink takes the newest one each time,
 * for ever. Stateless.
 */
final class DamagedCheckpoints {
    private DamagedCheckpoints() {}

    /**
     * Cancels a job that does not run and whose newest checkpoint is damaged, so that it can be
     * submitted from the one before.
     *
     * @throws IOException when all of its checkpoints are damaged; it is left as it is
     */
    static void giveUp(Jobs jobs, NamedJob job, ClusterLayout layout, Consumer<String> progress)
            throws IOException {
        if (!jobs.isPresent(job.id()) || jobs.isRunning(job.id())) {
            return;
        }
        EarlierRuns runs = new EarlierRuns(layout.checkpoints());
        Optional<Path> damaged = runs.damaged(job.id());
        if (damaged.isEmpty()) {
            return;
        }
        Path whole =
                runs.newest(job.id())
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                "Job %s cannot go on: all its checkpoints are damaged, the newest being %s. Start it from a savepoint: 'cluster down', 'cluster up --no-jobs', 'cluster submit --from %s=PATH'."
                                                        .formatted(
                                                                job.name(),
                                                                damaged.get(),
                                                                job.name())));
        jobs.cancel(job.id());
        progress.accept(
                "canceled job %s: its newest checkpoint %s is damaged, it goes on from %s"
                        .formatted(job.name(), damaged.get(), whole.getFileName()));
    }
}
