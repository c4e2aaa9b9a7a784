package io.nearstream.cli;

import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.Node;
import io.nearstream.chaos.fault.Role;
import io.nearstream.chaos.fault.Target;
import io.nearstream.cluster.Cluster;
import io.nearstream.cluster.ClusterLayout;
import io.nearstream.cluster.ClusterSpec;
import io.nearstream.cluster.Distribution;
import io.nearstream.cluster.Jobs;
import io.nearstream.cluster.NodeRole;
import io.nearstream.cluster.StatusProbe;
import io.nearstream.embedded.FlinkFailure;
import io.nearstream.embedded.NamedJob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Real processes on this machine, started for the run and ended with it. A node that was killed is
 * started again as an operator would, by asking for the whole cluster.
 */
final class ChaosCluster implements Target, AutoCloseable {
    private static final Map<String, String> OVERRIDES =
            Map.ofEntries(
                    // Short lives on few cores: the second compiler would take most of the time.
                    Map.entry("env.java.opts.all", "-XX:TieredStopAtLevel=1"),
                    // Details of jobs must not be older than what is concluded from them.
                    Map.entry("web.refresh-interval", "200 ms"),
                    // All of it shares one machine with its clients; each checkpoint flushes every
                    // subtask's state and ends a transaction of every sink.
                    Map.entry("execution.checkpointing.interval", "2 s"),
                    // What wakes threads up, whether there is work or not.
                    Map.entry("nearstream.write-buffer-timeout", "10 ms"),
                    Map.entry("execution.buffer-timeout.interval", "20 ms"),
                    Map.entry("pipeline.auto-watermark-interval", "50 ms"),
                    Map.entry("nearstream.ingest.progress-interval", "50 ms"),
                    Map.entry("nearstream.ingest.tick-idle", "200 ms"),
                    Map.entry("nearstream.directory-poll", "100 ms"),
                    Map.entry("taskmanager.network.memory.buffer-debloat.period", "1 s"));

    private static final Map<NodeRole, Role> ROLES =
            Map.of(
                    NodeRole.BROKER, Role.BROKER,
                    NodeRole.JOBMANAGER, Role.JOBMANAGER,
                    NodeRole.TASKMANAGER, Role.TASKMANAGER);

    /** What can be done to the processes; faults of input need none of them. */
    static final Set<FaultKind> KINDS =
            Set.of(
                    FaultKind.KILL_TASKMANAGER,
                    FaultKind.STOP_TASKMANAGER,
                    FaultKind.KILL_JOBMANAGER,
                    FaultKind.STOP_JOBMANAGER,
                    FaultKind.KILL_BROKER,
                    FaultKind.STOP_BROKER,
                    FaultKind.RESCALE,
                    FaultKind.SAVEPOINT);

    private final Distribution distribution;
    private final ClusterLayout layout;
    private final Cluster cluster;
    private final List<Node> nodes;
    private final String bootstrap;
    private final int taskManagers;
    private boolean closed;

    private ChaosCluster(
            Distribution distribution, ClusterLayout layout, Cluster cluster, ClusterSpec spec)
            throws IOException {
        this.distribution = distribution;
        this.layout = layout;
        this.cluster = cluster;
        this.taskManagers = spec.taskManagers();
        this.bootstrap = cluster.addresses().bootstrap();
        this.nodes =
                cluster.nodes().stream()
                        .filter(node -> ROLES.containsKey(node.role()))
                        .map(node -> new Node(node.name(), ROLES.get(node.role())))
                        .toList();
    }

    /**
     * Starts two TaskManagers, a JobManager (or two) and a broker on any free ports, and both jobs.
     *
     * @param dir of the cluster; nothing may run there
     * @throws IOException when it does not come up; nothing is left behind then
     */
    static ChaosCluster start(
            Distribution distribution,
            ClusterLayout dir,
            boolean highlyAvailable,
            Consumer<String> progress)
            throws IOException, InterruptedException {
        Cluster cluster = Cluster.open(distribution, dir, progress);
        ClusterSpec plain = ClusterSpec.of(2).withParallelism(3).withOverrides(OVERRIDES);
        ClusterSpec spec = highlyAvailable ? plain.withStandby() : plain;
        try {
            cluster.up(spec, true);
            ChaosCluster target = new ChaosCluster(distribution, dir, cluster, spec);
            // The processes outlive this one, also when it is ended by Ctrl-C.
            Runtime.getRuntime().addShutdownHook(new Thread(target::close, "chaos-stop"));
            return target;
        } catch (IOException | RuntimeException | InterruptedException failure) {
            cluster.close();
            throw failure;
        }
    }

    @Override
    public Set<FaultKind> kinds() {
        return KINDS;
    }

    @Override
    public List<Node> nodes() {
        return nodes;
    }

    @Override
    public String bootstrap() {
        return bootstrap;
    }

    @Override
    public List<String> stateAddresses() {
        try {
            return cluster.addresses().state();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public synchronized void kill(String node) throws IOException, InterruptedException {
        cluster.signal(node, "KILL");
    }

    @Override
    public synchronized void start(String node) throws IOException, InterruptedException {
        cluster.up(cluster.spec().orElseThrow(), true);
    }

    @Override
    public synchronized void pause(String node) throws IOException, InterruptedException {
        cluster.signal(node, "STOP");
    }

    @Override
    public synchronized void resume(String node) throws IOException, InterruptedException {
        cluster.signal(node, "CONT");
    }

    @Override
    public synchronized void rescale(int managers) throws IOException, InterruptedException {
        try {
            cluster.rescale(managers);
        } catch (FlinkFailure refused) {
            throw new IOException(refused.getMessage(), refused);
        }
    }

    @Override
    public int taskManagers() {
        return taskManagers;
    }

    @Override
    public void savepoint() throws IOException {
        try {
            cluster.savepoint();
        } catch (FlinkFailure refused) {
            throw new IOException(refused.getMessage(), refused);
        }
    }

    @Override
    public List<String> problems() {
        try {
            return new StatusProbe(distribution, layout, Clock.systemUTC()).look().problems();
        } catch (IOException | FlinkFailure unreachable) {
            return List.of("The cluster does not say how it is: " + unreachable.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return List.of("It was not waited for.");
        }
    }

    @Override
    public OptionalLong epoch() {
        try (Jobs jobs = cluster.jobs()) {
            long epoch = 0;
            for (NamedJob job : Jobs.ALL) {
                epoch = 31 * epoch + jobs.epoch(job.id());
            }
            return OptionalLong.of(epoch);
        } catch (IOException | FlinkFailure unknown) {
            return OptionalLong.empty();
        }
    }

    /** Ends every process, once; a second caller waits for the first. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            cluster.down();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            cluster.close();
        }
    }
}
