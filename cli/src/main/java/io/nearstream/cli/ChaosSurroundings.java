package io.nearstream.cli;

import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.Injector;
import io.nearstream.chaos.fault.Machine;
import io.nearstream.chaos.fault.NetInjector;
import io.nearstream.chaos.fault.Target;
import io.nearstream.cluster.Cluster;
import io.nearstream.cluster.ClusterAddresses;
import io.nearstream.cluster.ClusterLayout;
import io.nearstream.cluster.ClusterSpec;
import io.nearstream.cluster.Surroundings;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What stands around a run's cluster: proxies in its network, and what is done to the machine. Only
 * what the kinds of faults need that may come. Thread-safe.
 */
final class ChaosSurroundings implements Closeable {
    /** All that there may be: one more than usual while it is rescaled. */
    private static final List<String> TASK_MANAGERS =
            List.of("taskmanager-1", "taskmanager-2", "taskmanager-3");

    private final Cluster cluster;
    private final ChaosHost host;
    private final Optional<ChaosNetwork> network;

    private ChaosSurroundings(Cluster cluster, ChaosHost host, Optional<ChaosNetwork> network) {
        this.cluster = cluster;
        this.host = host;
        this.network = network;
    }

    /**
     * Puts it there, before any process is started.
     *
     * @param kinds of faults that may come
     * @param machine what it allows; what needs more is left out
     * @param seed of what the network draws
     * @throws IOException when it cannot be done; nothing is left behind then
     */
    static ChaosSurroundings prepare(
            ClusterLayout layout,
            Cluster cluster,
            Collection<FaultKind> kinds,
            Machine machine,
            long seed)
            throws IOException, InterruptedException {
        ChaosHost host = ChaosHost.prepare(layout, cluster, TASK_MANAGERS, kinds, machine);
        if (kinds.stream().noneMatch(kind -> kind.lane() == FaultKind.Lane.NETWORK)) {
            return new ChaosSurroundings(cluster, host, Optional.empty());
        }
        try {
            String address = host.address().orElse(ClusterSpec.of(1).host());
            return new ChaosSurroundings(
                    cluster, host, Optional.of(ChaosNetwork.start(address, seed)));
        } catch (IOException failure) {
            host.close();
            throw failure;
        }
    }

    /** Starts a cluster within it, with both jobs. */
    void up(ClusterSpec plain) throws IOException, InterruptedException {
        ClusterSpec spec =
                plain.within(
                        new Surroundings(
                                network.map(ChaosNetwork::ports).orElse(Map.of()),
                                host.places(TASK_MANAGERS),
                                host.address().orElse("")));
        if (network.isPresent()) {
            // The jobs come through a proxy, which must know the broker by then.
            cluster.up(spec, false);
            network.get().aim(cluster);
        }
        cluster.up(spec, true);
    }

    /** Where clients find the broker. */
    String bootstrap(ClusterAddresses direct) {
        return network.map(ChaosNetwork::bootstrap).orElse(direct.bootstrap());
    }

    /** Where clients find live reads. */
    List<String> stateAddresses(ClusterAddresses direct) {
        return network.map(proxies -> proxies.inFrontOf(direct.state())).orElse(direct.state());
    }

    /** Who can do something to it. */
    List<Injector> injectors(Target target) {
        List<Injector> injectors = new ArrayList<>(host.injectors(target));
        network.ifPresent(proxies -> injectors.add(new NetInjector(proxies.routes())));
        return injectors;
    }

    /** Takes away what keeps processes from ending. */
    void release() throws IOException, InterruptedException {
        host.release();
    }

    /** Takes everything away, once the processes have ended. */
    @Override
    public void close() throws IOException {
        try {
            host.close();
        } finally {
            network.ifPresent(ChaosNetwork::close);
        }
    }
}
