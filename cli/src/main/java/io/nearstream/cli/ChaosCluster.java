package io.nearstream.cli;

import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.Injector;
import io.nearstream.chaos.fault.Machine;
import io.nearstream.chaos.fault.MemoryUse;
import io.nearstream.chaos.fault.Node;
import io.nearstream.chaos.fault.NodeInjector;
import io.nearstream.chaos.fault.Role;
import io.nearstream.chaos.fault.Target;
import io.nearstream.chaos.load.ClientProcess;
import io.nearstream.cluster.Cluster;
import io.nearstream.cluster.ClusterAddresses;
import io.nearstream.cluster.ClusterLayout;
import io.nearstream.cluster.ClusterSpec;
import io.nearstream.cluster.Distribution;
import io.nearstream.cluster.NodeRole;
import io.nearstream.embedded.FlinkFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Real processes on this machine, started for the run and ended with it. A node that was killed is
 * started again as an operator would, by asking for the whole cluster.
 */
final class ChaosCluster implements Target, AutoCloseable {
    private static final Map<NodeRole, Role> ROLES =
            Map.of(
                    NodeRole.BROKER, Role.BROKER,
                    NodeRole.JOBMANAGER, Role.JOBMANAGER,
                    NodeRole.TASKMANAGER, Role.TASKMANAGER);

    /** What can be done to processes without anything around them. */
    private static final Set<FaultKind> KINDS =
            Set.of(
                    FaultKind.KILL_TASKMANAGER,
                    FaultKind.STOP_TASKMANAGER,
                    FaultKind.KILL_JOBMANAGER,
                    FaultKind.STOP_JOBMANAGER,
                    FaultKind.KILL_BROKER,
                    FaultKind.STOP_BROKER,
                    FaultKind.KILL_CLIENT,
                    FaultKind.STOP_CLIENT,
                    FaultKind.RESCALE,
                    FaultKind.SAVEPOINT);

    private static final String CLIENT = "client-1";

    private final Cluster cluster;
    private final ChaosView view;
    private final ChaosSurroundings around;
    private final List<Node> nodes = new ArrayList<>();
    private final ClientProcess client;
    private boolean closed;

    private ChaosCluster(
            Distribution distribution,
            ClusterLayout layout,
            Cluster cluster,
            ChaosSurroundings around) {
        this.cluster = cluster;
        this.view = new ChaosView(distribution, layout, cluster);
        this.around = around;
        this.client = new ClientProcess(this, layout.printed(CLIENT));
    }

    /**
     * Starts three TaskManagers, a JobManager (or two) and a broker on any free ports, and both
     * jobs.
     *
     * @param dir of the cluster; nothing may run there
     * @param kinds of faults that may come: what they need is put around the processes
     * @param machine what it allows; what needs more is left out
     * @param seed of what the network draws
     * @throws IOException when it does not come up; nothing is left behind then
     */
    static ChaosCluster start(
            Distribution distribution,
            ClusterLayout dir,
            boolean highlyAvailable,
            Collection<FaultKind> kinds,
            Machine machine,
            long seed,
            Consumer<String> progress)
            throws IOException, InterruptedException {
        Cluster cluster = Cluster.open(distribution, dir, progress);
        ChaosSurroundings around;
        try {
            around = ChaosSurroundings.prepare(dir, cluster, kinds, machine, seed);
        } catch (IOException | RuntimeException | InterruptedException failure) {
            cluster.close();
            throw failure;
        }
        ChaosCluster target = new ChaosCluster(distribution, dir, cluster, around);
        // Until the cluster is there, Ctrl-C waits for what has been started to be ended.
        OrderlyEnd end = new OrderlyEnd();
        try {
            target.up(ChaosSpec.of(highlyAvailable), kinds);
            // The processes outlive this one, also when it is ended by Ctrl-C.
            Runtime.getRuntime().addShutdownHook(new Thread(target::close, "chaos-stop"));
            return target;
        } catch (IOException | RuntimeException | InterruptedException failure) {
            target.close();
            throw failure;
        } finally {
            end.reached();
        }
    }

    private void up(ClusterSpec spec, Collection<FaultKind> kinds)
            throws IOException, InterruptedException {
        around.up(spec);
        cluster.nodes().stream()
                .filter(node -> ROLES.containsKey(node.role()))
                .map(node -> new Node(node.name(), ROLES.get(node.role())))
                .forEach(nodes::add);
        if (kinds.contains(FaultKind.KILL_CLIENT) || kinds.contains(FaultKind.STOP_CLIENT)) {
            nodes.add(new Node(CLIENT, Role.CLIENT));
        }
    }

    /** Who can do something to it, beside those who give bad input. */
    List<Injector> injectors() {
        List<Injector> injectors = around.injectors(this);
        injectors.add(new NodeInjector(this));
        return injectors;
    }

    @Override
    public Set<FaultKind> kinds() {
        return KINDS;
    }

    @Override
    public List<Node> nodes() {
        return List.copyOf(nodes);
    }

    @Override
    public String bootstrap() {
        return around.bootstrap(addresses());
    }

    @Override
    public List<String> stateAddresses() {
        return around.stateAddresses(addresses());
    }

    private ClusterAddresses addresses() {
        try {
            return cluster.addresses();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public void clientsBegin(Path journal) throws InterruptedException {
        if (nodes.stream().anyMatch(node -> node.role() == Role.CLIENT)) {
            client.begin(journal);
        }
    }

    @Override
    public Optional<String> clientsEnd() throws InterruptedException {
        return client.end();
    }

    @Override
    public synchronized void kill(String node) throws IOException, InterruptedException {
        signal(node, "KILL");
    }

    @Override
    public synchronized void start(String node) throws IOException, InterruptedException {
        if (closed) {
            throw new IOException("The run is at its end.");
        }
        if (node.equals(CLIENT)) {
            client.start();
        } else {
            cluster.up(cluster.spec().orElseThrow(), true);
        }
    }

    @Override
    public synchronized void pause(String node) throws IOException, InterruptedException {
        signal(node, "STOP");
    }

    @Override
    public synchronized void resume(String node) throws IOException, InterruptedException {
        signal(node, "CONT");
    }

    private void signal(String node, String signal) throws IOException, InterruptedException {
        if (node.equals(CLIENT)) {
            client.signal(signal);
        } else {
            cluster.signal(node, signal);
        }
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
        return ChaosSpec.TASK_MANAGERS;
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
        return view.problems();
    }

    @Override
    public Map<String, Optional<MemoryUse>> memory() throws InterruptedException {
        return view.memory();
    }

    @Override
    public OptionalLong epoch() {
        return view.epoch();
    }

    /** Ends every process, once; a second caller waits for the first. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        client.close();
        try {
            around.release();
            cluster.down();
            around.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            cluster.close();
        }
    }
}
