package io.nearstream.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.util.FileUtils;

/**
 * What one process of a cluster is started with; its configuration is already written. Immutable.
 *
 * @param name unique in its cluster
 * @param role what it is
 * @param id of this start of it, by which Flink knows a TaskManager; else its name
 * @param address where it can be reached, for people: {@code HOST:PORT}, or empty
 * @param scratch a folder that is emptied before the start: what a killed run left behind, such as
 *     the local state of a TaskManager, is of no use to the next one
 * @param command the program and its arguments
 */
public record NodePlan(
        String name, NodeRole role, String id, String address, Path scratch, List<String> command) {
    private static final int NAME_MAX = 64;

    /** Checks the name: it becomes the name of files. */
    public NodePlan {
        requireName(name);
        command = List.copyOf(command);
    }

    /** The same with further options of the JVM, which come last and win. */
    public NodePlan withJavaOptions(List<String> options) {
        List<String> all = new ArrayList<>(command);
        all.addAll(all.indexOf("-cp"), options);
        return new NodePlan(name, role, id, address, scratch, all);
    }

    /** Empties the scratch folder; only where the node does not run. */
    public void prepare() throws IOException {
        Files.createDirectories(scratch);
        // Only what is in it: it may be a mount.
        FileUtils.cleanDirectory(scratch.toFile());
    }

    /** The same started by a command that takes the program and its arguments as its own. */
    NodePlan enteredBy(List<String> enter) {
        List<String> all = new ArrayList<>(enter);
        all.addAll(command);
        return new NodePlan(name, role, id, address, scratch, all);
    }

    /**
     * Checks a node's name before anything is written under it.
     *
     * @throws IllegalArgumentException when it is not 1 to 64 characters of [a-z0-9-]
     */
    static void requireName(String name) {
        if (!name.matches("[a-z0-9-]{1,%d}".formatted(NAME_MAX))) {
            throw new IllegalArgumentException(
                    "'--name' must be 1 to %d characters of [a-z0-9-], but was '%s'."
                            .formatted(NAME_MAX, name));
        }
    }
}
