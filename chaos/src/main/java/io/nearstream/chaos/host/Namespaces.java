package io.nearstream.chaos.host;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Hosts of their own for some nodes: network namespaces, each with a cable to a bridge on this
 * machine, where all others are. Closing removes them, whose processes must have ended. Needs root.
 * Thread-safe.
 */
public final class Namespaces implements Closeable {
    private static final int NETWORKS = 250;
    private static final String INSIDE = "eth0";

    private final int network;
    private final List<String> nodes;
    private final Deque<String[]> undo = new ArrayDeque<>();

    private Namespaces(int network, List<String> nodes) {
        this.network = network;
        this.nodes = List.copyOf(nodes);
    }

    /**
     * Lays cables to one host for each node.
     *
     * @param nodes names, at most 200
     * @throws IOException when it cannot be done; nothing is left behind then
     */
    public static Namespaces create(List<String> nodes) throws IOException, InterruptedException {
        int network = 0;
        // Whoever else runs at the same time has another one.
        while (Files.exists(Path.of("/sys/class/net", bridge(network)))) {
            network++;
            if (network == NETWORKS) {
                throw new IOException("All networks from 10.231.0.0 on are taken.");
            }
        }
        Namespaces created = new Namespaces(network, nodes);
        try {
            created.lay();
            return created;
        } catch (IOException | InterruptedException failure) {
            try {
                created.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
            throw failure;
        }
    }

    private static String bridge(int network) {
        return "nschaos" + network;
    }

    private void lay() throws IOException, InterruptedException {
        String bridge = bridge(network);
        run("ip", "link", "add", bridge, "type", "bridge");
        undo.push(new String[] {"ip", "link", "del", bridge});
        run("ip", "addr", "add", host() + "/24", "dev", bridge);
        run("ip", "link", "set", bridge, "up");
        for (String node : nodes) {
            String space = space(node);
            run("ip", "netns", "add", space);
            undo.push(new String[] {"ip", "netns", "del", space});
            run(
                    "ip",
                    "link",
                    "add",
                    cable(node),
                    "type",
                    "veth",
                    "peer",
                    "name",
                    INSIDE,
                    "netns",
                    space);
            // It would go with its host, but some time later, and its name with it.
            undo.push(new String[] {"ip", "link", "del", cable(node)});
            run("ip", "link", "set", cable(node), "master", bridge);
            run("ip", "link", "set", cable(node), "up");
            run("ip", "-n", space, "addr", "add", hostOf(node) + "/24", "dev", INSIDE);
            run("ip", "-n", space, "link", "set", INSIDE, "up");
            run("ip", "-n", space, "link", "set", "lo", "up");
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Commands.run(command);
    }

    private String space(String node) {
        return bridge(network) + "-" + index(node);
    }

    private String cable(String node) {
        return bridge(network) + "v" + index(node);
    }

    private int index(String node) {
        int index = nodes.indexOf(node);
        if (index < 0) {
            throw new IllegalArgumentException("%s has no host of its own.".formatted(node));
        }
        return index;
    }

    /** The address of this machine as all hosts see it. */
    public String host() {
        return "10.231.%d.1".formatted(network);
    }

    /** The address of a node's host. */
    public String hostOf(String node) {
        return "10.231.%d.%d".formatted(network, index(node) + 2);
    }

    /** The command that starts a node on its host: takes the program and its arguments. */
    public List<String> enter(String node) {
        return List.of("nsenter", "--net=/run/netns/" + space(node), "--");
    }

    /** Takes the cable of a node's host out: every packet is lost, without a word to anybody. */
    public synchronized void cut(String node) throws IOException, InterruptedException {
        run("ip", "link", "set", cable(node), "down");
    }

    /** Puts the cable in again. */
    public synchronized void mend(String node) throws IOException, InterruptedException {
        run("ip", "link", "set", cable(node), "up");
    }

    /** Puts every cable in again. */
    public synchronized void mendAll() throws IOException, InterruptedException {
        for (String node : nodes) {
            mend(node);
        }
    }

    /** Removes all hosts and cables. */
    @Override
    public synchronized void close() throws IOException {
        while (!undo.isEmpty()) {
            try {
                Commands.run(undo.peek());
                undo.pop();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted; left: " + bridge(network), interrupted);
            }
        }
    }
}
