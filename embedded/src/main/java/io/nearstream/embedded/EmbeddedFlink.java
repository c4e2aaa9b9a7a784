package io.nearstream.embedded;

import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.RpcServiceSharing;
import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.FileUtils;

/**
 * A Flink cluster with its web UI inside this JVM. Checkpoints, savepoints and scratch files lie in
 * one directory; a job that is submitted under the id of an earlier run goes on from that run's
 * last completed checkpoint, whether it ended in order or by a kill of the JVM.
 *
 * <p>Thread-safe. Waiting methods throw {@link FlinkFailure} when the cluster refuses.
 */
public final class EmbeddedFlink implements AutoCloseable {
    /** The option that chooses the port of the web UI, named by errors. */
    public static final String PORT_OPTION = "--rest-port";

    private static final int PORT_MAX = 65_535;
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration SAVEPOINT_TIMEOUT = Duration.ofMinutes(10);

    private final DirectoryLock lock;
    private final EarlierRuns earlier;
    private final Path savepoints;
    private final Configuration configuration;
    private final StatePorts statePorts;
    private final MiniCluster cluster;
    private final JobProbe probe;
    private final URI webUi;
    private int taskManagersStarted;

    /**
     * What to start.
     *
     * @param dir the cluster's directory, created when absent
     * @param restPort port of the web UI, or 0 for any free one
     * @param statePort port of live reads on the first TaskManager, the next ones follow; or 0 for
     *     any free ones
     * @param taskManagers 1 to 64
     * @param slotsPerTaskManager 1 to 64
     * @param base Flink's configuration, see {@link FlinkProfile}; copied
     */
    public record Options(
            Path dir,
            int restPort,
            int statePort,
            int taskManagers,
            int slotsPerTaskManager,
            Configuration base) {
        private static final int COUNT_MAX = 64;

        /** Checks the ranges. */
        public Options {
            requireRange("'" + PORT_OPTION + "'", restPort, 0, PORT_MAX);
            requireRange("TaskManagers", taskManagers, 1, COUNT_MAX);
            requireRange("Slots per TaskManager", slotsPerTaskManager, 1, COUNT_MAX);
            base = new Configuration(base);
        }

        private static void requireRange(String what, int actual, int least, int most) {
            if (actual < least || actual > most) {
                throw new IllegalArgumentException(
                        "%s must be between %d and %d, but was %d."
                                .formatted(what, least, most, actual));
            }
        }
    }

    private EmbeddedFlink(Options options, DirectoryLock lock) throws IOException {
        this.lock = lock;
        Path dir = options.dir().toAbsolutePath();
        Path checkpoints = Files.createDirectories(dir.resolve("checkpoints"));
        earlier = new EarlierRuns(checkpoints);
        savepoints = Files.createDirectories(dir.resolve("savepoints"));
        Path scratch = dir.resolve("tmp");
        // What a killed run left behind; its state is in the checkpoints.
        FileUtils.deleteDirectory(scratch.toFile());
        Files.createDirectories(scratch);

        configuration = new Configuration(options.base());
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
        configuration.set(CheckpointingOptions.SAVEPOINT_DIRECTORY, savepoints.toUri().toString());
        configuration.set(CoreOptions.TMP_DIRS, scratch.toString());
        ProductLog.file().ifPresent(log -> configuration.set(WebOptions.LOG_PATH, log.toString()));
        configuration.set(RestOptions.PORT, options.restPort());
        configuration.set(RestOptions.BIND_PORT, Integer.toString(options.restPort()));
        statePorts = StatePorts.choose(options.statePort(), options.taskManagers());
        statePorts.configure(configuration);
        cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumTaskManagers(options.taskManagers())
                                .setNumSlotsPerTaskManager(options.slotsPerTaskManager())
                                .setRpcServiceSharing(RpcServiceSharing.SHARED)
                                .build());
        probe = new JobProbe(cluster);
        taskManagersStarted = options.taskManagers();
        webUi = startCluster(options);
    }

    /**
     * Starts a cluster and returns once it takes jobs.
     *
     * @throws IOException when the port is taken or the directory is in use; the message names the
     *     option or the directory
     */
    public static EmbeddedFlink start(Options options) throws IOException {
        DirectoryLock lock = DirectoryLock.acquire(options.dir().toAbsolutePath());
        try {
            return new EmbeddedFlink(options, lock);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private URI startCluster(Options options) throws IOException {
        try {
            cluster.start();
            return FlinkFailure.await(
                    "start the cluster", cluster.getRestAddress(), REQUEST_TIMEOUT);
        } catch (Exception e) {
            FlinkFailure.await("stop the cluster", cluster.closeAsync(), REQUEST_TIMEOUT);
            if (ExceptionUtils.findThrowable(e, BindException.class).isPresent()) {
                throw new IOException(
                        "Port %d cannot be bound for the web UI. Choose another with '%s' (0: any free port)."
                                .formatted(options.restPort(), PORT_OPTION),
                        e);
            }
            throw new IOException("Cannot start the Flink cluster: " + e.getMessage(), e);
        }
    }

    /** Address of the web UI, which is that of the REST API, too. */
    public URI webUi() {
        return webUi;
    }

    /** {@code HOST:PORT} of each TaskManager that answers live reads now. */
    public List<String> stateAddresses() {
        return statePorts.addresses();
    }

    /** The cluster's configuration with its directories; jobs are built with it. A copy. */
    public Configuration configuration() {
        return new Configuration(configuration);
    }

    /**
     * Starts a job. A graph that does not say from where to restore goes on from the last
     * checkpoint of its job id, if a usable one exists; one that names a savepoint starts from it,
     * and what earlier runs of this id left in the checkpoint directory is put aside.
     */
    public JobID submit(JobGraph jobGraph) throws IOException {
        JobID job = jobGraph.getJobID();
        earlier.goOn(jobGraph);
        FlinkFailure.await(
                "submit job '%s'".formatted(jobGraph.getName()),
                cluster.submitJob(jobGraph),
                REQUEST_TIMEOUT);
        return job;
    }

    /** What earlier runs left here, for a job that starts from elsewhere. */
    public EarlierRuns earlierRuns() {
        return earlier;
    }

    /** The newest completed checkpoint of a job in this directory, of any run. */
    public Optional<Path> latestCheckpoint(JobID job) throws IOException {
        return earlier.newest(job);
    }

    /** Returns once every subtask of the job runs; a {@link FlinkFailure} says what does not. */
    public void awaitRunning(JobID job, Duration timeout) throws InterruptedException {
        probe.awaitRunning(job, timeout);
    }

    /** How often the job's most often restarted subtask was restarted since the submission. */
    public int numRestarts(JobID job) {
        return probe.numRestarts(job);
    }

    /**
     * Subtasks of the job's widest operator now; the adaptive scheduler changes it; 0: none yet.
     */
    public int parallelism(JobID job) {
        return probe.parallelism(job);
    }

    /** Size of the whole state in the newest completed checkpoint, in bytes; 0 before the first. */
    public long checkpointedStateBytes(JobID job) {
        return probe.checkpointedStateBytes(job);
    }

    /** The same by the names of the job's tasks. */
    public Map<String, Long> checkpointedStateBytesByTask(JobID job) {
        return probe.checkpointedStateBytesByTask(job);
    }

    /** The newest completed checkpoints, as many as {@code web.checkpoints.history} keeps. */
    public List<CheckpointTime> checkpoints(JobID job) {
        return probe.checkpoints(job);
    }

    /** Takes a checkpoint now and returns its number once it is completed. */
    public long checkpoint(JobID job) {
        return FlinkFailure.await(
                "take a checkpoint of job " + job,
                cluster.triggerCheckpoint(job, CheckpointType.CONFIGURED),
                SAVEPOINT_TIMEOUT);
    }

    /**
     * Takes a canonical savepoint, which restores on any state backend.
     *
     * @param stop whether the job ends with it, its outputs committed
     * @return where it lies
     */
    public String savepoint(JobID job, boolean stop) {
        String target = savepoints.toUri().toString();
        SavepointFormatType format = SavepointFormatType.CANONICAL;
        if (stop) {
            return new SavepointStop(
                            () -> cluster.stopWithSavepoint(job, target, false, format),
                            probe::awaitRunning)
                    .of(job, SAVEPOINT_TIMEOUT);
        }
        return FlinkFailure.await(
                "take a savepoint of job " + job,
                cluster.triggerSavepoint(job, target, false, format),
                SAVEPOINT_TIMEOUT);
    }

    /** Ends the job and returns when it has ended; its last checkpoint stays. */
    public void cancel(JobID job) throws InterruptedException {
        FlinkFailure.await("cancel job " + job, cluster.cancelJob(job), REQUEST_TIMEOUT);
        probe.awaitTerminated(job, REQUEST_TIMEOUT);
    }

    /**
     * Ends a TaskManager and everything that runs on it.
     *
     * @param index 0 for the first that was started, 1 for the second, and so on
     */
    public synchronized void killTaskManager(int index) {
        if (index < 0 || index >= taskManagersStarted) {
            throw new IllegalArgumentException(
                    "TaskManager must be between 0 and %d, but was %d."
                            .formatted(taskManagersStarted - 1, index));
        }
        FlinkFailure.await(
                "kill TaskManager " + index, cluster.terminateTaskManager(index), REQUEST_TIMEOUT);
    }

    /** Starts one more TaskManager and returns its index. */
    public synchronized int startTaskManager() {
        try {
            cluster.startTaskManager();
            return taskManagersStarted++;
        } catch (Exception e) {
            throw new FlinkFailure("Cannot start a TaskManager: " + e.getMessage(), e);
        }
    }

    /** Ends the cluster; jobs go on from their last checkpoint when they are submitted again. */
    @Override
    public void close() {
        try {
            FlinkFailure.await("stop the cluster", cluster.closeAsync(), REQUEST_TIMEOUT);
        } finally {
            lock.close();
        }
    }
}
