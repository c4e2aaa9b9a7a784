package io.nearstream.embedded;

import io.nearstream.embedded.testing.Await;
import java.time.Duration;

/** TaskManagers that die and are replaced under the ingest job. */
final class Kills {
    private static final Duration RUNNING = Duration.ofSeconds(60);

    private Kills() {}

    /**
     * Kills a TaskManager, starts another, and returns once the ingest job runs again.
     *
     * @param index of the TaskManager; tasks of the ingest job must run on it
     */
    static void killAndReplace(EmbeddedNearstream nearstream, int index) throws Exception {
        EmbeddedFlink flink = nearstream.flink();
        int before = flink.numRestarts(nearstream.ingestJobId());
        flink.killTaskManager(index);
        flink.startTaskManager();
        Await.until(
                "the ingest job restarts",
                () -> flink.numRestarts(nearstream.ingestJobId()) > before);
        flink.awaitRunning(nearstream.ingestJobId(), RUNNING);
    }
}
