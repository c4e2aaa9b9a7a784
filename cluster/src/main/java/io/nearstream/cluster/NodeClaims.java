package io.nearstream.cluster;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Keeps two processes from being the same node of a directory: the second would empty the first
 * one's scratch folder and write into its logs. Stateless.
 */
public final class NodeClaims {
    private NodeClaims() {}

    /**
     * Claims a name for a process that is about to become the node; the claim ends with the
     * process.
     *
     * @param pid the process, which lives
     * @throws IOException when a living process is that node already; the message says which
     */
    public static void claim(ClusterLayout layout, NodePlan plan, long pid) throws IOException {
        Path lock = layout.foregroundNode(plan.name()).resolveSibling(plan.name() + ".lock");
        Files.createDirectories(lock.getParent());
        try (FileChannel channel =
                        FileChannel.open(
                                lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            for (RunningNode node : new ClusterFile(layout).nodes()) {
                if (node.name().equals(plan.name()) && node.isAlive()) {
                    throw taken(layout, node, "'cluster up' started it");
                }
            }
            requireNoForeground(layout, plan.name());
            ClusterFile.writeForeground(layout, describe(plan, pid));
        }
    }

    private static RunningNode describe(NodePlan plan, long pid) {
        long started =
                ProcessHandle.of(pid)
                        .flatMap(handle -> handle.info().startInstant())
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "There is no process %d.".formatted(pid)))
                        .toEpochMilli();
        return new RunningNode(
                plan.name(),
                plan.role(),
                plan.id(),
                pid,
                started,
                ProcessBirth.of(pid),
                plan.address(),
                plan.command());
    }

    /**
     * Checks that no such node lives that was started in the foreground.
     *
     * @throws IOException when one does
     */
    static void requireNoForeground(ClusterLayout layout, String name) throws IOException {
        Optional<RunningNode> node =
                ClusterFile.foreground(layout, name).filter(RunningNode::isAlive);
        if (node.isPresent()) {
            throw taken(layout, node.get(), "'nearstream node' started it");
        }
    }

    private static IOException taken(ClusterLayout layout, RunningNode node, String by) {
        return new IOException(
                "%s runs already in %s as process %d; %s. End that one, or choose another '--name' or '--dir'."
                        .formatted(node.name(), layout.dir(), node.pid(), by));
    }
}
