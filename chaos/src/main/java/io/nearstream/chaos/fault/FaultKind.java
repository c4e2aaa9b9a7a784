package io.nearstream.chaos.fault;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The kinds of faults. Those of one {@link Lane} come one after the other, lanes run side by side.
 * A fault of no duration is over when it has begun; what a kill ended is started again at its end.
 */
public enum FaultKind {
    KILL_TASKMANAGER(Lane.NODES, Role.TASKMANAGER, 1, 8),
    STOP_TASKMANAGER(Lane.NODES, Role.TASKMANAGER, 2, 15),
    KILL_JOBMANAGER(Lane.NODES, Role.JOBMANAGER, 1, 8),
    STOP_JOBMANAGER(Lane.NODES, Role.JOBMANAGER, 2, 15),
    KILL_BROKER(Lane.NODES, Role.BROKER, 1, 6),
    STOP_BROKER(Lane.NODES, Role.BROKER, 2, 8),
    KILL_CLIENT(Lane.NODES, Role.CLIENT, 1, 4),
    STOP_CLIENT(Lane.NODES, Role.CLIENT, 2, 8),
    PARTITION(Lane.NODES, Role.TASKMANAGER, 2, 15, Need.ROOT, Need.NAMESPACES),
    DISK_FULL(Lane.NODES, Role.TASKMANAGER, 3, 12, Need.ROOT, Need.TMPFS),
    DISK_READONLY(Lane.NODES, Role.TASKMANAGER, 3, 12, Need.ROOT, Need.TMPFS),
    CHECKPOINT_TRUNCATE(Lane.NODES, Role.TASKMANAGER, 1, 8),
    CHECKPOINT_FLIP(Lane.NODES, Role.TASKMANAGER, 1, 8),
    MEMORY_LIMIT(Lane.NODES, Role.TASKMANAGER, 5, 15, Need.ROOT, Need.CGROUP),
    CPU_STARVE(
            Lane.NODES,
            EnumSet.of(Role.TASKMANAGER, Role.JOBMANAGER, Role.BROKER),
            3,
            12,
            Need.ROOT,
            Need.CGROUP),
    RESCALE(Lane.NODES, Set.of(), 5, 15),
    SAVEPOINT(Lane.NODES, Set.of(), 0, 0),

    NET_DELAY(Lane.NETWORK, Set.of(), 3, 10),
    NET_LOSS(Lane.NETWORK, Set.of(), 3, 10),
    NET_RESET(Lane.NETWORK, Set.of(), 2, 6),
    NET_HALF_OPEN(Lane.NETWORK, Set.of(), 2, 6),
    NET_RATE(Lane.NETWORK, Set.of(), 3, 10),

    POISON(Lane.INPUT, Set.of(), 2, 6),
    OVERSIZED(Lane.INPUT, Set.of(), 2, 6),
    DUPLICATES(Lane.INPUT, Set.of(), 2, 6),
    ZOMBIE_PRODUCER(Lane.INPUT, Set.of(), 1, 4),
    HOT_KEYS(Lane.INPUT, Set.of(), 3, 10),
    BACK_PRESSURE(Lane.INPUT, Set.of(), 2, 6);

    /** Of each, one fault at a time. */
    public enum Lane {
        NODES,
        NETWORK,
        INPUT
    }

    private final Lane lane;
    private final Set<Role> roles;
    private final Duration shortest;
    private final Duration longest;
    private final Set<Need> needs;

    FaultKind(Lane lane, Role role, int shortest, int longest, Need... needs) {
        this(lane, Set.of(role), shortest, longest, needs);
    }

    FaultKind(Lane lane, Set<Role> roles, int shortest, int longest, Need... needs) {
        this.lane = lane;
        this.roles = Set.copyOf(roles);
        this.shortest = Duration.ofSeconds(shortest);
        this.longest = Duration.ofSeconds(longest);
        this.needs = needs.length == 0 ? Set.of() : EnumSet.copyOf(Arrays.asList(needs));
    }

    /** What it does not go with. */
    public Lane lane() {
        return lane;
    }

    /** The roles of nodes that it is done to; empty where it is done to no single node. */
    public Set<Role> roles() {
        return roles;
    }

    /** Shortest duration. */
    public Duration shortest() {
        return shortest;
    }

    /** Longest duration. */
    public Duration longest() {
        return longest;
    }

    /** What it needs of the machine. */
    public Set<Need> needs() {
        return needs;
    }

    /** As {@code --faults} and reports spell it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The kinds of a list of names, separated by commas.
     *
     * @throws IllegalArgumentException if a name is none
     */
    public static Set<FaultKind> parse(String list) {
        Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        for (String name : list.split(",")) {
            kinds.add(
                    Arrays.stream(values())
                            .filter(kind -> kind.key().equals(name.trim()))
                            .findFirst()
                            .orElseThrow(() -> unknown(name.trim())));
        }
        return kinds;
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException(
                "'--faults' must be names of %s, separated by commas, but '%s' is none."
                        .formatted(
                                Arrays.stream(values())
                                        .map(FaultKind::key)
                                        .collect(Collectors.joining(", ")),
                                name));
    }
}
