package io.nearstream.cli;

import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.Injector;
import io.nearstream.chaos.fault.Machine;
import io.nearstream.chaos.fault.Target;
import io.nearstream.chaos.host.Cgroups;
import io.nearstream.chaos.host.CheckpointInjector;
import io.nearstream.chaos.host.DiskInjector;
import io.nearstream.chaos.host.Host;
import io.nearstream.chaos.host.LimitInjector;
import io.nearstream.chaos.host.Mounts;
import io.nearstream.chaos.host.Namespaces;
import io.nearstream.chaos.host.PartitionInjector;
import io.nearstream.cluster.Cluster;
import io.nearstream.cluster.ClusterLayout;
import io.nearstream.cluster.RunningNode;
import io.nearstream.cluster.Surroundings;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import javax.annotation.Nullable;

/**
 * What a run puts around the processes of its cluster before they are started, so that disks,
 * memory, processors and cables can be done something to; only what the kinds of faults need that
 * were asked for, and the machine allows. Closing takes all of it away. Thread-safe.
 */
final class ChaosHost implements Host, Closeable {
    /** Of each disk: some times what a run writes there. */
    private static final long DISK_BYTES = 512L << 20;

    private final ClusterLayout layout;
    private final Cluster cluster;
    @Nullable private Mounts mounts;
    @Nullable private Cgroups groups;
    @Nullable private Namespaces spaces;

    private ChaosHost(ClusterLayout layout, Cluster cluster) {
        this.layout = layout;
        this.cluster = cluster;
    }

    /**
     * Prepares the machine.
     *
     * @param taskManagers names of all that there may be
     * @throws IOException when it cannot be done; nothing is left behind then
     */
    static ChaosHost prepare(
            ClusterLayout layout,
            Cluster cluster,
            List<String> taskManagers,
            Collection<FaultKind> kinds,
            Machine machine)
            throws IOException, InterruptedException {
        ChaosHost host = new ChaosHost(layout, cluster);
        try {
            if (any(kinds, machine, FaultKind.DISK_FULL, FaultKind.DISK_READONLY)) {
                host.mounts = new Mounts();
                host.mounts.tmpfs(layout.checkpoints(), DISK_BYTES);
                for (String name : taskManagers) {
                    host.mounts.tmpfs(layout.temporary(name), DISK_BYTES);
                }
            }
            if (any(kinds, machine, FaultKind.MEMORY_LIMIT, FaultKind.CPU_STARVE)) {
                host.groups =
                        new Cgroups(
                                Cgroups.ROOT, "nearstream-chaos-" + ProcessHandle.current().pid());
            }
            if (any(kinds, machine, FaultKind.PARTITION)) {
                host.spaces = Namespaces.create(taskManagers);
            }
            return host;
        } catch (IOException | InterruptedException failure) {
            try {
                host.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
            throw failure;
        }
    }

    private static boolean any(Collection<FaultKind> kinds, Machine machine, FaultKind... some) {
        return List.of(some).stream()
                .anyMatch(kind -> kinds.contains(kind) && machine.has().containsAll(kind.needs()));
    }

    /** The address that the cluster's nodes listen on, if it is not the usual one. */
    Optional<String> address() {
        return Optional.ofNullable(spaces).map(Namespaces::host);
    }

    /** Where the TaskManagers run. */
    Map<String, Surroundings.Place> places(List<String> taskManagers) throws IOException {
        Map<String, Surroundings.Place> places = new TreeMap<>();
        for (String name : taskManagers) {
            List<String> enter = new ArrayList<>();
            if (spaces != null) {
                enter.addAll(spaces.enter(name));
            }
            if (groups != null) {
                enter.addAll(groups.enter(name));
            }
            if (!enter.isEmpty()) {
                String address = spaces == null ? "" : spaces.hostOf(name);
                places.put(name, new Surroundings.Place(address, enter));
            }
        }
        return places;
    }

    /** Who can do something to it. */
    List<Injector> injectors(Target target) {
        List<Injector> injectors = new ArrayList<>();
        injectors.add(new CheckpointInjector(this, target));
        if (mounts != null) {
            injectors.add(new DiskInjector(this, mounts, target, DISK_BYTES));
        }
        if (groups != null) {
            injectors.add(new LimitInjector(this, groups, target));
        }
        if (spaces != null) {
            injectors.add(new PartitionInjector(this, spaces, target));
        }
        return injectors;
    }

    @Override
    public OptionalLong pid(String node) {
        try {
            return cluster.nodes().stream()
                    .filter(each -> each.name().equals(node) && each.isAlive())
                    .mapToLong(RunningNode::pid)
                    .findFirst();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public Path workDir(String node) {
        return layout.temporary(node);
    }

    @Override
    public Path checkpoints() {
        return layout.checkpoints();
    }

    /** Takes away what keeps processes from ending. */
    void release() throws IOException, InterruptedException {
        if (spaces != null) {
            spaces.mendAll();
        }
        if (groups != null) {
            groups.free();
        }
    }

    /** Takes everything away, once the processes have ended. */
    @Override
    public void close() throws IOException {
        IOException failure = null;
        // One that cannot be taken away leaves none of the others behind.
        for (Closeable one : Arrays.asList(spaces, groups, mounts)) {
            try {
                if (one != null) {
                    one.close();
                }
            } catch (IOException e) {
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
