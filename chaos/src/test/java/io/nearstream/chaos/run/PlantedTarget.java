package io.nearstream.chaos.run;

import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.Node;
import io.nearstream.chaos.fault.Role;
import io.nearstream.embedded.EmbeddedFlink;
import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import io.nearstream.embedded.FlinkFailure;
import io.nearstream.embedded.NamedJob;
import io.nearstream.jobs.common.config.NearstreamOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;

/**
 * The whole product in this JVM. TaskManagers can be killed, which takes both jobs back to their
 * checkpoints, and the ingest job can go back alone. There are no live reads: one that meets a
 * state which is just being closed, after a kill, ends the JVM, for RocksDB is native code.
 */
final class PlantedTarget implements ThreadsTarget {
    private static final int TASK_MANAGERS = 2;
    private static final int SLOTS = 2;
    private static final int SUBTASKS = 2;
    private static final Duration AT_ONCE = Duration.ofMillis(1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long POLL_MS = 50;

    private final EmbeddedNearstream nearstream;

    /** By name, the index of the TaskManager that has it now. */
    private final Map<String, Integer> indexes = new HashMap<>(Map.of("tm-1", 0, "tm-2", 1));

    private volatile JobID ingest;
    private int wentBack;

    private PlantedTarget(EmbeddedNearstream nearstream) {
        this.nearstream = nearstream;
        this.ingest = nearstream.ingestJobId();
    }

    /** Starts everything in a directory. */
    static PlantedTarget start(Path dir) throws IOException, InterruptedException {
        return new PlantedTarget(
                EmbeddedNearstream.start(
                        EmbeddedOptions.in(dir).withCluster(TASK_MANAGERS, SLOTS, SUBTASKS)));
    }

    /**
     * Ends the ingest job and starts it from its newest checkpoint, as soon as both jobs run; the
     * query job goes on, and reads once more what had been said since that checkpoint.
     */
    void ingestGoesBack() throws IOException, InterruptedException {
        nearstream.flink().awaitRunning(ingest, PATIENCE);
        nearstream.flink().awaitRunning(nearstream.queryJobId(), PATIENCE);
        long giveUpAt = System.nanoTime() + PATIENCE.toNanos();
        while (nearstream.flink().latestCheckpoint(ingest).isEmpty()) {
            if (System.nanoTime() > giveUpAt) {
                throw new IOException("The ingest job has had no checkpoint for " + PATIENCE);
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
        goBack();
    }

    private synchronized void goBack() throws IOException, InterruptedException {
        EmbeddedFlink flink = nearstream.flink();
        flink.cancel(ingest);
        Path checkpoint =
                flink.latestCheckpoint(ingest)
                        .orElseThrow(() -> new IOException("The ingest job had a checkpoint."));
        wentBack++;
        Configuration configuration = flink.configuration();
        configuration.set(NearstreamOptions.BOOTSTRAP, nearstream.bootstrap());
        configuration.set(NearstreamOptions.PARALLELISM, SUBTASKS);
        // Under an id of its own: a cluster does not take the id of a job that has ended.
        JobGraph again =
                new NamedJob("ingest-" + wentBack, NamedJob.INGEST.builder()).graph(configuration);
        again.setSavepointRestoreSettings(
                SavepointRestoreSettings.forPath(checkpoint.toUri().toString()));
        ingest = flink.submit(again);
    }

    @Override
    public Set<FaultKind> kinds() {
        return EnumSet.of(FaultKind.KILL_TASKMANAGER);
    }

    @Override
    public List<Node> nodes() {
        return List.of(new Node("tm-1", Role.TASKMANAGER), new Node("tm-2", Role.TASKMANAGER));
    }

    @Override
    public String bootstrap() {
        return nearstream.bootstrap();
    }

    @Override
    public List<String> stateAddresses() {
        return List.of();
    }

    @Override
    public synchronized void kill(String node) {
        nearstream.flink().killTaskManager(indexes.get(node));
    }

    @Override
    public synchronized void start(String node) {
        indexes.put(node, nearstream.flink().startTaskManager());
    }

    @Override
    public int taskManagers() {
        return TASK_MANAGERS;
    }

    @Override
    public void savepoint() {
        throw new UnsupportedOperationException("No bug here needs one.");
    }

    @Override
    public List<String> problems() {
        try {
            nearstream.flink().awaitRunning(ingest, AT_ONCE);
            nearstream.flink().awaitRunning(nearstream.queryJobId(), AT_ONCE);
            return List.of();
        } catch (FlinkFailure notRunning) {
            return List.of(notRunning.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return List.of("It was not waited for.");
        }
    }

    /** Nobody reads live here, so nobody needs to know. */
    @Override
    public OptionalLong epoch() {
        return OptionalLong.empty();
    }

    @Override
    public void close() {
        nearstream.close();
    }
}
