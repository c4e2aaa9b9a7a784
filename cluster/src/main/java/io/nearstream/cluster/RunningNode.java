package io.nearstream.cluster;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A process that was started for a cluster. An id alone may be another program's by now; with the
 * time at which it began it is ours or nobody's.
 *
 * @param name unique in its cluster, for example {@code taskmanager-1}
 * @param role what it is
 * @param id of this start of it, by which Flink knows a TaskManager; else its name
 * @param pid its process id
 * @param startedAtMs when the operating system says that it began, milliseconds since 1970
 * @param address where it can be reached, for people: {@code HOST:PORT}, or empty
 * @param command what was run
 */
public record RunningNode(
        String name,
        NodeRole role,
        String id,
        long pid,
        long startedAtMs,
        String address,
        List<String> command) {
    /** Linux counts in hundredths of a second from the boot, and its clock drifts against that. */
    private static final long START_TOLERANCE_MS = TimeUnit.SECONDS.toMillis(2);

    /** Copies the list. */
    public RunningNode {
        command = List.copyOf(command);
    }

    /** The process, while it lives. */
    Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(
                        handle ->
                                handle.info()
                                        .startInstant()
                                        .map(
                                                start ->
                                                        Math.abs(start.toEpochMilli() - startedAtMs)
                                                                <= START_TOLERANCE_MS)
                                        .orElse(false));
    }

    /** Whether the process lives. */
    public boolean isAlive() {
        return process().isPresent();
    }
}
