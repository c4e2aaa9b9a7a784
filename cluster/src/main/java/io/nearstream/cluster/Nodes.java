package io.nearstream.cluster;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Starts and ends the processes of a cluster's directory. Not thread-safe. */
final class Nodes {
    private static final long PATIENCE_MS = 20_000;

    private final long patienceMs;
    private final Distribution distribution;
    private final ClusterLayout layout;
    private final ClusterFile file;
    private final Consumer<String> progress;

    Nodes(
            Distribution distribution,
            ClusterLayout layout,
            ClusterFile file,
            Consumer<String> progress) {
        this(distribution, layout, file, progress, PATIENCE_MS);
    }

    /**
     * With another patience.
     *
     * @param patienceMs that a process has to end when it is asked to, and again when it is made to
     */
    Nodes(
            Distribution distribution,
            ClusterLayout layout,
            ClusterFile file,
            Consumer<String> progress,
            long patienceMs) {
        this.patienceMs = patienceMs;
        this.distribution = distribution;
        this.layout = layout;
        this.file = file;
        this.progress = progress;
    }

    /**
     * Starts the processes that are missing, without waiting for them to be ready.
     *
     * @param started gets each as soon as it is started, so that a failure leaves a complete list
     */
    void startMissing(ClusterFile.Remembered remembered, List<RunningNode> started)
            throws IOException {
        for (RunningNode node : file.nodes()) {
            if (!node.isAlive()) {
                file.forget(node.name());
            }
        }
        ClusterSpec spec = remembered.spec();
        ClusterSettings settings = new ClusterSettings(layout, remembered);
        if (spec.isHighlyAvailable() && isMissing(ClusterSettings.ZOOKEEPER)) {
            int port = settings.port(ClusterSettings.ZOOKEEPER);
            start(
                    started,
                    spec.host(),
                    List.of(port),
                    BrokerPlans.zooKeeper(
                            distribution, layout, ClusterSettings.ZOOKEEPER, spec.host(), port));
        }
        for (int i = 0; i < spec.brokers(); i++) {
            String name = ClusterSettings.broker(i);
            if (isMissing(name)) {
                start(
                        started,
                        spec.host(),
                        settings.portsOfBroker(i),
                        BrokerPlans.broker(
                                distribution,
                                layout,
                                name,
                                settings.brokerSettings(i),
                                remembered.kafkaClusterId(),
                                FlinkPlans.javaOptions(settings.common())));
            }
        }
        for (int i = 0; i < spec.jobManagers(); i++) {
            String name = ClusterSettings.jobManager(i);
            if (isMissing(name)) {
                start(
                        started,
                        spec.host(),
                        List.of(settings.port(name), settings.port(name + ".rpc")),
                        FlinkPlans.jobManager(
                                distribution, layout, name, settings.jobManagerSettings(i)));
            }
        }
        for (int i = 0; i < spec.taskManagers(); i++) {
            String name = ClusterSettings.taskManager(i);
            if (isMissing(name)) {
                Optional<Surroundings.Place> place = spec.surroundings().place(name);
                NodePlan plan =
                        FlinkPlans.taskManager(
                                distribution, layout, name, settings.taskManagerSettings(i));
                boolean elsewhere = !spec.surroundings().hostOf(name, "").isEmpty();
                start(
                        started,
                        spec.host(),
                        // Whether a port is free elsewhere cannot be tried from here.
                        elsewhere ? List.of() : List.of(settings.port(name)),
                        place.map(there -> plan.enteredBy(there.enter())).orElse(plan));
            }
        }
    }

    private boolean isMissing(String name) throws IOException {
        return file.nodes().stream().noneMatch(node -> node.name().equals(name) && node.isAlive());
    }

    /** Whoever listens on a node's port already would be taken for it. */
    private void start(List<RunningNode> started, String host, List<Integer> ports, NodePlan plan)
            throws IOException {
        NodeClaims.requireNoForeground(layout, plan.name());
        for (int port : ports) {
            Ports.requireFree(host, port, plan.name());
        }
        RunningNode node = Processes.start(layout, plan);
        started.add(node);
        file.write(node);
        progress.accept(
                "started  %-14s process %d%s"
                        .formatted(
                                node.name(),
                                node.pid(),
                                node.address().isEmpty() ? "" : ", " + node.address()));
    }

    /**
     * Ends processes in the reverse order of their start, those of a role together, and forgets
     * them. The last of three brokers would wait for the others, to hand over what it leads.
     *
     * @return how many were alive
     * @throws IOException when some live on; they are not forgotten, and the others are ended
     */
    int end(List<RunningNode> nodes) throws IOException, InterruptedException {
        List<RunningNode> last = new ArrayList<>(nodes);
        last.sort(Comparator.comparing(RunningNode::role).thenComparing(RunningNode::name));
        Collections.reverse(last);
        int alive = 0;
        List<String> failures = new ArrayList<>();
        Set<RunningNode> living =
                last.stream().filter(RunningNode::isAlive).collect(Collectors.toSet());
        Set<NodeRole> asked = EnumSet.noneOf(NodeRole.class);
        for (RunningNode node : last) {
            if (asked.add(node.role())) {
                last.stream()
                        .filter(each -> each.role() == node.role())
                        .flatMap(each -> each.process().stream())
                        .forEach(ProcessHandle::destroy);
            }
            try {
                boolean forced = Processes.end(node, patienceMs);
                file.forget(node.name());
                if (living.contains(node)) {
                    alive++;
                    progress.accept("ended    " + node.name() + (forced ? ", by force" : ""));
                }
            } catch (IOException | IllegalStateException failure) {
                failures.add(Objects.requireNonNullElse(failure.getMessage(), failure.toString()));
            }
        }
        if (!failures.isEmpty()) {
            throw new IOException(String.join(" ", failures));
        }
        return alive;
    }

    /** Ends what a start that failed has started; what is left is told, and kept in mind. */
    void undo(
            List<RunningNode> started, Optional<ClusterFile.Remembered> before, Exception failure) {
        // Whoever interrupts it wants nothing to be left behind, which takes a while.
        boolean interrupted = Thread.interrupted();
        undo(started, failure);
        // What did not come up is not asked for again without being named.
        try {
            if (before.isPresent()) {
                file.write(before.get());
            }
        } catch (IOException alsoFailed) {
            failure.addSuppressed(alsoFailed);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void undo(List<RunningNode> started, Exception failure) {
        try {
            end(started);
        } catch (IOException | RuntimeException e) {
            progress.accept("left     " + e.getMessage());
            failure.addSuppressed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure.addSuppressed(e);
        }
    }

    List<RunningNode> all() throws IOException {
        return file.nodes();
    }

    /** What was started and does not belong to the cluster any more. */
    List<RunningNode> outside(ClusterSpec spec) throws IOException {
        return file.nodes().stream()
                .filter(node -> !spec.nodeNames().contains(node.name()))
                .toList();
    }

    boolean anyAlive() throws IOException {
        return file.nodes().stream().anyMatch(RunningNode::isAlive);
    }

    void requireAnyAlive() throws IOException {
        if (!anyAlive()) {
            throw new IOException(
                    "The cluster in %s does not run. Start it with 'cluster up'."
                            .formatted(layout.dir()));
        }
    }

    /**
     * Sends a signal to a node's process.
     *
     * @throws IllegalArgumentException when there is no such node
     */
    void signal(String name, String signal) throws IOException, InterruptedException {
        for (RunningNode node : file.nodes()) {
            if (node.name().equals(name)) {
                Processes.signal(node, signal);
                return;
            }
        }
        throw new IllegalArgumentException(
                "There is no node '%s' in %s.".formatted(name, layout.dir()));
    }
}
