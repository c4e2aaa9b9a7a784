package io.nearstream.chaos.fault;

import io.nearstream.chaos.fault.FaultKind.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * The faults of a run, drawn from a seed: the same seed, length, kinds and nodes give the same
 * schedule. In each lane every kind comes once, in an order that is drawn, before any comes again.
 *
 * @param faults by start
 */
public record Schedule(List<Fault> faults) {
    /** The load is alone for so long at the beginning. */
    static final Duration LEAD = Duration.ofSeconds(5);

    private static final long GAP_LEAST_MS = 2_000;
    private static final long GAP_MOST_MS = 12_000;

    /** A node that came back is cold, and the jobs move to it once more. */
    private static final int NODES_GAP_TIMES = 3;

    public Schedule {
        faults = List.copyOf(faults);
    }

    /**
     * Draws a schedule.
     *
     * @param length of the run; every fault has ended by then
     * @param kinds that may come
     * @param nodes that faults may be done to; a kind of a role that no node has does not come
     */
    public static Schedule draw(
            long seed, Duration length, Collection<FaultKind> kinds, List<Node> nodes) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Fault> drawn = new ArrayList<>();
        for (Lane lane : Lane.values()) {
            SplittableRandom own = random.split();
            List<FaultKind> ofLane =
                    kinds.stream()
                            .filter(kind -> kind.lane() == lane && hasNode(kind, nodes))
                            .sorted()
                            .distinct()
                            .toList();
            if (!ofLane.isEmpty()) {
                int gaps = lane == Lane.NODES ? NODES_GAP_TIMES : 1;
                drawn.addAll(lane(own, length, gaps, ofLane, nodes));
            }
        }
        drawn.sort(Comparator.comparing(Fault::start).thenComparing(Fault::kind));
        List<Fault> numbered = new ArrayList<>();
        for (Fault fault : drawn) {
            numbered.add(
                    new Fault(
                            numbered.size() + 1,
                            fault.kind(),
                            fault.start(),
                            fault.duration(),
                            fault.node(),
                            fault.seed()));
        }
        return new Schedule(numbered);
    }

    private static boolean hasNode(FaultKind kind, List<Node> nodes) {
        return kind.roles().isEmpty() || !candidates(kind, nodes).isEmpty();
    }

    private static List<String> candidates(FaultKind kind, List<Node> nodes) {
        return nodes.stream()
                .filter(node -> kind.roles().contains(node.role()))
                .map(Node::name)
                .toList();
    }

    private static List<Fault> lane(
            SplittableRandom random,
            Duration length,
            int gaps,
            List<FaultKind> kinds,
            List<Node> nodes) {
        List<Fault> faults = new ArrayList<>();
        List<FaultKind> round = new ArrayList<>();
        Duration at = LEAD;
        while (true) {
            if (round.isEmpty()) {
                round.addAll(kinds);
                Collections.shuffle(round, new Random(random.nextLong()));
            }
            FaultKind kind = round.remove(round.size() - 1);
            Duration start = at.plusMillis(gaps * random.nextLong(GAP_LEAST_MS, GAP_MOST_MS));
            long shortest = kind.shortest().toMillis();
            long longest = kind.longest().toMillis();
            Duration duration = Duration.ofMillis(random.nextLong(shortest, longest + 1));
            List<String> names = candidates(kind, nodes);
            String node = names.isEmpty() ? "" : names.get(random.nextInt(names.size()));
            Fault fault = new Fault(0, kind, start, duration, node, random.nextLong());
            if (fault.end().compareTo(length) > 0) {
                return faults;
            }
            faults.add(fault);
            at = fault.end();
        }
    }

    /** The faults of a lane, by start. */
    public List<Fault> of(Lane lane) {
        return faults.stream().filter(fault -> fault.kind().lane() == lane).toList();
    }

    /** One line for each fault. */
    @Override
    public String toString() {
        return faults.stream().map(Fault::toString).collect(Collectors.joining("\n"));
    }
}
