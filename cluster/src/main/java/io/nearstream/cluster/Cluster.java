package io.nearstream.cluster;

import static io.nearstream.cluster.NodeRole.JOBMANAGER;

import io.nearstream.embedded.DirectoryLock;
import io.nearstream.embedded.EarlierRuns;
import io.nearstream.embedded.FreePorts;
import io.nearstream.embedded.NamedJob;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;

/**
 * A cluster of processes on this machine, described by its directory. A command opens it, changes
 * it and ends; the processes live on. One at a time: opening locks the directory. Not thread-safe.
 */
public final class Cluster implements AutoCloseable {
    private static final Duration RUNNING_TIMEOUT = Duration.ofMinutes(2);

    private final Distribution distribution;
    private final ClusterLayout layout;
    private final ClusterFile file;
    private final Nodes nodes;
    private final Consumer<String> progress;
    private final DirectoryLock lock;

    private Cluster(
            Distribution distribution,
            ClusterLayout layout,
            Consumer<String> progress,
            DirectoryLock lock) {
        this.distribution = distribution;
        this.layout = layout;
        this.file = new ClusterFile(layout);
        this.nodes = new Nodes(distribution, layout, file, progress);
        this.progress = progress;
        this.lock = lock;
    }

    /**
     * Opens the directory of a cluster, to change it.
     *
     * @param progress is told, in a line each, what happens
     * @throws IOException when another command is at work on it, or it cannot be written
     */
    public static Cluster open(
            Distribution distribution, ClusterLayout layout, Consumer<String> progress)
            throws IOException {
        return new Cluster(distribution, layout, progress, DirectoryLock.acquire(layout.dir()));
    }

    /** What was asked for last; empty where nothing was started yet. */
    public Optional<ClusterSpec> spec() throws IOException {
        return file.read().map(ClusterFile.Remembered::spec);
    }

    /**
     * Starts what is missing: processes, topics and, where asked for, jobs. What runs stays as it
     * is. When a process does not come up, or this is interrupted, what this call has started is
     * ended again; when only a job does not, it stays where a JobManager ran before.
     *
     * @param wanted the cluster; one that runs can only be asked for as it is
     * @throws IOException when a port is taken or a process dies; the message says which, and what
     *     it had to say
     */
    public void up(ClusterSpec wanted, boolean withJobs) throws IOException, InterruptedException {
        Optional<ClusterFile.Remembered> before = file.read();
        ClusterFile.Remembered remembered = remember(wanted);
        List<RunningNode> started = new ArrayList<>();
        boolean ran = nodes.all().stream().anyMatch(Cluster::isLivingJobManager);
        boolean up = false;
        try {
            start(remembered, started);
            up = true;
            if (withJobs) {
                submit(Jobs.ALL, Map.of());
            }
        } catch (IOException | RuntimeException | InterruptedException failure) {
            if (up && ran && !(failure instanceof InterruptedException)) {
                // What was missing is there: a job's trouble must not take it away again.
                throw failure;
            }
            nodes.undo(started, before, failure);
            throw failure;
        }
    }

    private static boolean isLivingJobManager(RunningNode node) {
        return node.role() == JOBMANAGER && node.isAlive();
    }

    private ClusterFile.Remembered remember(ClusterSpec wanted) throws IOException {
        Optional<ClusterFile.Remembered> before = file.read();
        boolean asBefore = before.filter(old -> old.spec().equals(wanted)).isPresent();
        if (!asBefore && nodes.anyAlive()) {
            throw new IOException(
                    "A cluster with other options runs in %s. Ask for it without options to start what is missing, change it with 'cluster rescale', or end it first with 'cluster down'."
                            .formatted(layout.dir()));
        }
        ClusterChanges.prepare(layout, before.map(ClusterFile.Remembered::spec), wanted);
        Map<String, Integer> known =
                before.filter(old -> old.spec().basePorts().equals(wanted.basePorts()))
                        .map(ClusterFile.Remembered::ports)
                        .orElse(Map.of());
        return remember(
                new ClusterFile.Remembered(
                        wanted,
                        before.map(ClusterFile.Remembered::kafkaClusterId)
                                .orElseGet(() -> Uuid.randomUuid().toString()),
                        known,
                        before.map(ClusterFile.Remembered::stopped).orElse(Map.of())));
    }

    /** Chooses the ports that are missing. */
    private ClusterFile.Remembered remember(ClusterFile.Remembered wanted) throws IOException {
        try (Ports ports =
                new Ports(
                        wanted.spec().host(), wanted.ports(), FreePorts.on(wanted.spec().host()))) {
            ClusterSettings.choosePorts(wanted.spec(), ports);
            ClusterFile.Remembered now = wanted.withPorts(ports.chosen());
            file.write(now);
            return now;
        }
    }

    private void start(ClusterFile.Remembered remembered, List<RunningNode> started)
            throws IOException, InterruptedException {
        ClusterSpec spec = remembered.spec();
        ClusterSettings settings = new ClusterSettings(layout, remembered);
        ClusterAddresses addresses = settings.addresses();
        nodes.startMissing(remembered, started);
        Readiness readiness = new Readiness(layout, nodes);
        readiness.brokers(addresses.bootstrap(), spec.brokers());
        readiness.topics(addresses.bootstrap(), settings.brokerSettings(0).replication());
        readiness.listeners("the web UI", addresses.web());
        try (Jobs jobs = jobs()) {
            readiness.taskManagers(jobs);
        }
        readiness.listeners("live reads of keys", addresses.state());
    }

    /** Every process that was started here and not ended by {@link #down}, alive or not. */
    public List<RunningNode> nodes() throws IOException {
        return nodes.all();
    }

    /**
     * Ends every process of this directory, and no other. Everything stays on disk.
     *
     * @return how many were alive
     */
    public int down() throws IOException, InterruptedException {
        return nodes.end(nodes.all());
    }

    /**
     * Sends a signal to a node's process.
     *
     * @param signal for example {@code KILL}, {@code STOP}, {@code CONT}
     */
    public void signal(String name, String signal) throws IOException, InterruptedException {
        nodes.signal(name, signal);
    }

    /**
     * Submits those of some jobs that are not there.
     *
     * @param savepoints where to start from, by job; a job without one goes on from its newest
     *     checkpoint, and one with {@link EarlierRuns#NO_STATE} from nothing
     */
    public void submit(List<NamedJob> some, Map<String, String> savepoints)
            throws IOException, InterruptedException {
        JobStarts starts = new JobStarts(layout, progress);
        List<NamedJob> all;
        try (Jobs jobs = jobs()) {
            starts.requireAbsent(jobs, savepoints);
            try {
                starts.start(jobs, remembered(), some, savepoints);
                return;
            } catch (EndedJobException refused) {
                if (remembered().spec().isHighlyAvailable()) {
                    throw refused;
                }
                all = starts.withThoseThatRun(jobs, some, savepoints);
            }
        }
        restartJobManager();
        try (Jobs jobs = jobs()) {
            starts.start(jobs, remembered(), all, savepoints);
        }
    }

    private void restartJobManager() throws IOException, InterruptedException {
        progress.accept(
                "ending the JobManager, which takes no job again that ended under it; other jobs go on from their newest checkpoints");
        nodes.end(nodes.all().stream().filter(Cluster::isLivingJobManager).toList());
        try {
            start(remembered(), new ArrayList<>());
        } catch (IOException failure) {
            throw new IOException(
                    "The JobManager did not come back, so no job runs; 'cluster up' starts what is missing. "
                            + failure.getMessage(),
                    failure);
        }
    }

    /**
     * Takes a savepoint of each job, which runs on.
     *
     * @return where they lie, by job
     */
    public Map<String, String> savepoint() throws IOException {
        return savepoint(false);
    }

    private Map<String, String> savepoint(boolean stop) throws IOException {
        try (Jobs jobs = jobs()) {
            return new JobStarts(layout, progress).save(jobs, file, stop);
        }
    }

    /**
     * Stops both jobs with savepoints, starts Flink's processes anew from this distribution, and
     * submits its jobs from the savepoints.
     */
    public void upgrade() throws IOException, InterruptedException {
        Map<String, String> savepoints = savepoint(true);
        nodes.end(nodes.all().stream().filter(node -> node.role().isFlink()).toList());
        start(remembered(), new ArrayList<>());
        submit(Jobs.ALL, savepoints);
    }

    /**
     * Changes the number of TaskManagers, and the subtasks of both jobs with it, up to as many as
     * the cluster was asked to have ({@link ClusterSpec#parallelism}); state moves by key group.
     *
     * @param taskManagers 1 to 64
     */
    public void rescale(int taskManagers) throws IOException, InterruptedException {
        ClusterFile.Remembered before = remembered();
        if (!nodes.anyAlive()) {
            throw new IOException(
                    "The cluster in %s does not run. Start it with 'cluster up'."
                            .formatted(layout.dir()));
        }
        ClusterFile.Remembered now =
                remember(before.with(before.spec().withTaskManagers(taskManagers)));
        int most = now.spec().subtasks();
        // The jobs go on with the slots that stay; which ones they use before is up to Flink.
        nodes.end(nodes.outside(now.spec()));
        start(now, new ArrayList<>());
        try (Jobs jobs = jobs()) {
            for (NamedJob job : Jobs.ALL) {
                jobs.rescale(job, most, new ClusterSettings(layout, now).jobSettings());
            }
            for (NamedJob job : Jobs.ALL) {
                jobs.awaitParallelism(job.id(), most, RUNNING_TIMEOUT);
                progress.accept("running  job %s, parallelism %d".formatted(job.name(), most));
            }
        }
    }

    private ClusterFile.Remembered remembered() throws IOException {
        return file.read()
                .orElseThrow(
                        () ->
                                new IOException(
                                        "No cluster was started in %s. Start one with 'cluster up --dir %s'."
                                                .formatted(layout.dir(), layout.dir())));
    }

    /** The jobs of the cluster, of which a JobManager answers; the caller closes them. */
    public Jobs jobs() throws IOException {
        ClusterSettings settings = new ClusterSettings(layout, remembered());
        Readiness.requireJobManager(layout, settings.addresses().web());
        return new Jobs(settings.common());
    }

    /** Where clients find it. */
    public ClusterAddresses addresses() throws IOException {
        return new ClusterSettings(layout, remembered()).addresses();
    }

    /** Lets other commands at the directory. */
    @Override
    public void close() {
        lock.close();
    }
}
