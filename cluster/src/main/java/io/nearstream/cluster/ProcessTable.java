package io.nearstream.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/** What the operating system knows of a node; memory and stops are known under Linux only. */
final class ProcessTable {
    private static final int KIB = 1_024;

    private final Clock clock;

    ProcessTable(Clock clock) {
        this.clock = clock;
    }

    NodeStatusReport report(RunningNode node) {
        boolean alive = node.isAlive();
        String state = "dead";
        if (alive) {
            state = field(node.pid(), "State:").startsWith("T") ? "stopped" : "running";
        }
        String resident = field(node.pid(), "VmRSS:").replaceAll("\\D", "");
        return new NodeStatusReport(
                node.name(),
                node.role(),
                state,
                node.pid(),
                node.address(),
                alive ? Math.max(0, clock.millis() - node.startedAtMs()) : 0,
                alive && !resident.isEmpty() ? Long.parseLong(resident) * KIB : 0);
    }

    /** A line of the process's status, or nothing where the system has no such file. */
    private static String field(long pid, String name) {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.isReadable(status)) {
            return "";
        }
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith(name))
                    .map(line -> line.substring(name.length()).strip())
                    .findFirst()
                    .orElse("");
        } catch (IOException ended) {
            return ""; // between the two looks
        }
    }
}
