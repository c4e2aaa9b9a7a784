package io.nearstream.chaos.host;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Control groups (version 1) of a run's own. What a process has in memory is charged to the group
 * that it was in at that moment, so a process whose memory is to be limited is started in its
 * group; that of its processor time it can enter and leave at any time. Closing removes all groups,
 * whose processes must have ended. Needs root. Thread-safe.
 */
public final class Cgroups implements Closeable {
    /** Where they are mounted. */
    public static final Path ROOT = Path.of("/sys/fs/cgroup");

    private static final String MEMORY = "memory";
    private static final String CPU = "cpu";
    private static final String PROCESSES = "cgroup.procs";
    private static final String MEMORY_LIMIT = "memory.limit_in_bytes";
    private static final String CPU_QUOTA = "cpu.cfs_quota_us";
    private static final String CPU_PERIOD = "cpu.cfs_period_us";
    private static final String NONE = "-1";
    private static final long PERIOD_US = 100_000;
    private static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final long AGAIN_MS = 100;

    private final Path root;
    private final String name;
    private final Deque<Path> made = new ArrayDeque<>();

    /** By starved process, the group that it was in before. */
    private final Map<Long, Path> before = new HashMap<>();

    /**
     * No group yet.
     *
     * @param root {@link #ROOT}, but in tests
     * @param name that no other run has at the same time
     */
    public Cgroups(Path root, String name) {
        this.root = root;
        this.name = name;
    }

    private Path group(String controller, String node) throws IOException {
        Path group = root.resolve(controller).resolve(name).resolve(node);
        for (Path each : List.of(group.getParent(), group)) {
            if (!Files.isDirectory(each)) {
                Files.createDirectory(each);
                made.push(each);
            }
        }
        return group;
    }

    /**
     * The command that starts a node in its group of memory: takes the program and its arguments.
     */
    public synchronized List<String> enter(String node) throws IOException {
        return List.of(
                "/bin/sh",
                "-c",
                "echo $$ >\"$0\" && exec \"$@\"",
                group(MEMORY, node).resolve(PROCESSES).toString());
    }

    /**
     * Lets a node have no more memory than it has now, and this much.
     *
     * @param more bytes; the kernel ends the process when it needs more
     * @return the limit, in bytes
     */
    synchronized long limitMemory(String node, long more) throws IOException {
        Path group = group(MEMORY, node);
        long resident = 0;
        for (String line : Files.readAllLines(group.resolve("memory.stat"))) {
            // What cannot be given back: a page of a file can.
            if (line.startsWith("rss ") || line.startsWith("shmem ")) {
                resident += Long.parseLong(line.substring(line.indexOf(' ') + 1).strip());
            }
        }
        long limit = resident + more;
        while (true) {
            try {
                write(group.resolve(MEMORY_LIMIT), Long.toString(limit));
                return limit;
            } catch (IOException busy) {
                // The kernel's own of the process counts, too, and cannot be given back either.
                limit += more;
                if (limit > used(group) + 2 * more) {
                    throw busy;
                }
            }
        }
    }

    private static long used(Path group) throws IOException {
        return Long.parseLong(Files.readString(group.resolve("memory.usage_in_bytes")).strip());
    }

    /** Lets a node have as much memory as it wants. */
    synchronized void freeMemory(String node) throws IOException {
        write(group(MEMORY, node).resolve(MEMORY_LIMIT), NONE);
    }

    /**
     * Lets a process have this share of one processor.
     *
     * @param share more than 0; 1 is a whole processor
     */
    synchronized void starve(String node, long pid, double share) throws IOException {
        Path group = group(CPU, node);
        before.put(pid, root.resolve(CPU).resolve(current(pid)));
        write(group.resolve(CPU_PERIOD), Long.toString(PERIOD_US));
        write(group.resolve(CPU_QUOTA), Long.toString(Math.max(1_000, (long) (share * PERIOD_US))));
        write(group.resolve(PROCESSES), Long.toString(pid));
    }

    /** The group of processor time that a process is in, from the controller's root. */
    private static String current(long pid) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "cgroup"))) {
            String[] parts = line.split(":", 3);
            if (List.of(parts[1].split(",")).contains(CPU)) {
                return parts[2].substring(1);
            }
        }
        return "";
    }

    /** Lets every starved process have what it wants again. */
    synchronized void feed() throws IOException {
        for (Map.Entry<Long, Path> one : Map.copyOf(before).entrySet()) {
            if (Files.isDirectory(Path.of("/proc", one.getKey().toString()))) {
                write(one.getValue().resolve(PROCESSES), one.getKey().toString());
            }
            before.remove(one.getKey());
        }
    }

    private static void write(Path file, String value) throws IOException {
        // The kernel takes a value in one write, and says no by an error.
        Files.writeString(file, value);
    }

    /** Takes all limits away. */
    public synchronized void free() throws IOException {
        feed();
        for (Path group : made) {
            if (Files.exists(group.resolve(MEMORY_LIMIT))) {
                write(group.resolve(MEMORY_LIMIT), NONE);
            }
        }
    }

    /** Removes all groups; waits a while for the last processes to be gone. */
    @Override
    public synchronized void close() throws IOException {
        free();
        long giveUpAt = System.nanoTime() + PATIENCE_NANOS;
        while (!made.isEmpty()) {
            try {
                Files.delete(made.peek());
                made.pop();
            } catch (NoSuchFileException gone) {
                made.pop();
            } catch (IOException busy) {
                if (System.nanoTime() > giveUpAt) {
                    throw busy;
                }
                pause();
            }
        }
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(AGAIN_MS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while removing control groups.", interrupted);
        }
    }
}
