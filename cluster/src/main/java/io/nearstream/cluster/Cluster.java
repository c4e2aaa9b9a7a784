package io.nearstream.cluster;

import io.nearstream.embedded.DirectoryLock;
import io.nearstream.embedded.EarlierRuns;
import io.nearstream.embedded.FlinkFailure;
import io.nearstream.embedded.NamedJob;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;

/**
 * A cluster of processes on this machine, described by its directory. A command opens it, changes
 * it and ends; the processes live on. One at a time: opening locks the directory. Not thread-safe.
 */
public final class Cluster implements AutoCloseable {
    private static final Duration ASK_TIMEOUT = Duration.ofSeconds(10);

    private final Distribution distribution;
    private final ClusterLayout layout;
    private final ClusterFile file;
    private final ClusterMemory memory;
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
        this.memory = new ClusterMemory(layout, file, nodes);
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
     * Starts what is missing: processes, topics and, where asked for, jobs. When a process does not
     * come up, or this is interrupted, what this call has started is ended again; when only a job
     * does not, it stays where a JobManager ran before.
     *
     * @param wanted the cluster; one that runs can only be asked for as it is
     * @throws IOException when a port is taken or a process dies; it says which, and what that said
     */
    public void up(ClusterSpec wanted, boolean withJobs) throws IOException, InterruptedException {
        up(wanted, withJobs, bootstrap -> wanted);
    }

    /** The same with a preparation; when it fails, what this call has started is ended again. */
    public void up(ClusterSpec wanted, boolean withJobs, ClusterPreparation preparation)
            throws IOException, InterruptedException {
        Optional<ClusterFile.Remembered> before = file.read();
        ClusterFile.Remembered remembered = memory.remember(wanted);
        List<RunningNode> started = new ArrayList<>();
        boolean ran = nodes.all().stream().anyMatch(RunningNode::isLivingJobManager);
        boolean up = false;
        try {
            start(remembered, started);
            ClusterSpec prepared = preparation.with(addresses().bootstrap());
            if (!prepared.equals(wanted)) {
                file.write(memory.remembered().with(prepared));
            }
            up = true;
            if (withJobs) {
                submitOwn(Jobs.ALL, Map.of());
            }
        } catch (IOException | RuntimeException | InterruptedException failure) {
            if (up && ran && !(failure instanceof InterruptedException)) {
                // What was missing is there: a job's trouble must not take it away again.
                throw failure;
            }
            nodes.undo(started, before.or(() -> Optional.of(remembered.withoutFiles())), failure);
            throw failure;
        }
        try {
            if (withJobs) {
                resumeFurther();
            }
        } catch (InterruptedException interrupted) {
            nodes.undo(started, before, interrupted);
            throw interrupted;
        }
    }

    private void start(ClusterFile.Remembered remembered, List<RunningNode> started)
            throws IOException, InterruptedException {
        nodes.startMissing(remembered, started);
        new Readiness(layout, nodes, progress).all(remembered);
    }

    /** Every process that was started here and not ended by {@link #down}, alive or not. */
    public List<RunningNode> nodes() throws IOException {
        return nodes.all();
    }

    /** Ends every process of this directory, and no other; says how many were alive. */
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
     * Submits those of some jobs that are not there; with all of them, or where the JobManager is
     * started anew for them, joins and such that are remembered, too.
     *
     * @param savepoints where to start from, by job; a job without one goes on from its newest
     *     checkpoint, and one with {@link EarlierRuns#NO_STATE} from nothing
     */
    public void submit(List<NamedJob> some, Map<String, String> savepoints)
            throws IOException, InterruptedException {
        if (submitOwn(some, savepoints) || some.containsAll(Jobs.ALL)) {
            resumeFurther();
        }
    }

    /** Whether the JobManager was started anew. */
    private boolean submitOwn(List<NamedJob> some, Map<String, String> savepoints)
            throws IOException, InterruptedException {
        JobStarts starts = new JobStarts(layout, progress);
        List<NamedJob> all;
        try (Jobs jobs = jobs()) {
            starts.requireAbsent(jobs, savepoints);
            try {
                starts.start(jobs, memory.remembered(), some, savepoints);
                return false;
            } catch (EndedJobException refused) {
                if (memory.remembered().spec().isHighlyAvailable()) {
                    throw refused;
                }
                all = starts.withThoseThatRun(jobs, some, savepoints);
                starts.graphs(jobs, memory.remembered(), all, savepoints);
                further().remember(jobs);
            }
        }
        restartJobManager();
        try (Jobs jobs = jobs()) {
            starts.start(jobs, memory.remembered(), all, savepoints);
        }
        return true;
    }

    private void restartJobManager() throws IOException, InterruptedException {
        progress.accept(
                "ending the JobManager, which takes no job again that ended under it; other jobs go on from their newest checkpoints");
        nodes.end(nodes.all().stream().filter(RunningNode::isLivingJobManager).toList());
        try {
            start(memory.remembered(), new ArrayList<>());
        } catch (IOException failure) {
            throw new IOException(
                    "The JobManager did not come back, so no job runs; 'cluster up' starts what is missing. "
                            + failure.getMessage(),
                    failure);
        }
    }

    private FurtherJobs further() {
        return new FurtherJobs(layout, file, progress);
    }

    private void resumeFurther() throws IOException, InterruptedException {
        if (!file.furtherJobs().isEmpty()) {
            try (Jobs jobs = jobs()) {
                Configuration common = new ClusterSettings(layout, memory.remembered()).common();
                further().resume(jobs, common);
            }
        }
    }

    /** Before {@link #down}: lets the next {@link #up} start joins and such again, too. */
    public void rememberFurther() throws IOException, InterruptedException {
        if (nodes.all().stream().noneMatch(RunningNode::isLivingJobManager)) {
            return;
        }
        try (Jobs jobs = jobs(ASK_TIMEOUT)) {
            further().remember(jobs);
        } catch (IOException | FlinkFailure silent) {
            progress.accept(
                    "! whether joins or standing queries run is not known, and they are not started again by 'cluster up': "
                            + silent.getMessage());
        }
    }

    /**
     * Takes a savepoint of each job, which runs on.
     *
     * @return where they lie, by job
     */
    public Map<String, String> savepoint() throws IOException {
        try (Jobs jobs = jobs()) {
            Map<String, String> all = new JobStarts(layout, progress).save(jobs, file, false);
            all.putAll(further().save(jobs));
            return all;
        }
    }

    /**
     * Stops both jobs with savepoints, starts Flink's processes anew from this distribution, and
     * submits its jobs from the savepoints. Those that were started beside the cluster's own go on
     * from their newest checkpoints.
     *
     * @throws IOException before anything is changed when one of all these cannot be started again
     */
    public void upgrade() throws IOException, InterruptedException {
        Map<String, String> savepoints;
        try (Jobs jobs = jobs()) {
            JobStarts starts = new JobStarts(layout, progress);
            starts.graphs(jobs, memory.remembered(), Jobs.ALL, Map.of());
            further().rememberAll(jobs, new ClusterSettings(layout, memory.remembered()).common());
            savepoints = starts.save(jobs, file, true);
        }
        nodes.end(nodes.all().stream().filter(node -> node.role().isFlink()).toList());
        start(memory.remembered(), new ArrayList<>());
        submitOwn(Jobs.ALL, savepoints);
        resumeFurther();
    }

    /**
     * Changes the number of TaskManagers, and the subtasks of both jobs with it, up to as many as
     * the cluster was asked to have ({@link ClusterSpec#parallelism}); state moves by key group.
     *
     * @param taskManagers 1 to 64
     * @throws IOException before anything is changed when a job could not be submitted as it is
     */
    public void rescale(int taskManagers) throws IOException, InterruptedException {
        ClusterFile.Remembered before = memory.remembered();
        nodes.requireAnyAlive();
        ClusterSpec wanted = before.spec().withTaskManagers(taskManagers);
        JobStarts starts = new JobStarts(layout, progress);
        Map<NamedJob, JobGraph> graphs;
        try (Jobs jobs = jobs()) {
            graphs = starts.graphs(jobs, before, Jobs.ALL, Map.of());
        }
        ClusterFile.Remembered now = memory.remember(before.with(wanted));
        // The jobs go on with the slots that stay; which ones they use before is up to Flink.
        nodes.end(nodes.outside(now.spec()));
        start(now, new ArrayList<>());
        try (Jobs jobs = jobs()) {
            starts.rescale(jobs, graphs, now);
        }
    }

    /** The jobs of the cluster, of which a JobManager answers; the caller closes them. */
    public Jobs jobs() throws IOException {
        return jobs(Jobs.REQUEST_TIMEOUT);
    }

    private Jobs jobs(Duration requestTimeout) throws IOException {
        ClusterSettings settings = new ClusterSettings(layout, memory.remembered());
        Readiness.requireJobManager(layout, settings.addresses().web());
        return new Jobs(settings.common(), requestTimeout);
    }

    /** Where clients find it. */
    public ClusterAddresses addresses() throws IOException {
        return new ClusterSettings(layout, memory.remembered()).addresses();
    }

    /** Lets other commands at the directory. */
    @Override
    public void close() {
        lock.close();
    }
}
