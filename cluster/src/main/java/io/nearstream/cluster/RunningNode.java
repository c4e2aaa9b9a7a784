package io.nearstream.cluster;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A process that was started for a cluster. An id alone may be another program's by now; with its
 * beginning it is ours or nobody's.
 *
 * @param name unique in its cluster, for example {@code taskmanager-1}
 * @param role what it is
 * @param id of this start of it, by which Flink knows a TaskManager; else its name
 * @param pid its process id
 * @param startedAtMs when the operating system says that it began, milliseconds since 1970; moves
 *     when the clock is set
 * @param birth its {@link ProcessBirth}, which does not move; empty where the system has none
 * @param address where it can be reached, for people: {@code HOST:PORT}, or empty
 * @param command what was run
 */
public record RunningNode(
        String name,
        NodeRole role,
        String id,
        long pid,
        long startedAtMs,
        String birth,
        String address,
        List<String> command) {
    /** Linux counts in hundredths of a second from the boot, and its clock drifts against that. */
    private static final long START_TOLERANCE_MS = TimeUnit.SECONDS.toMillis(2);

    /** Copies the list. */
    public RunningNode {
        birth = birth == null ? ProcessBirth.UNKNOWN : birth; // files of earlier builds
        command = List.copyOf(command);
    }

    /** The process, while it lives. */
    Optional<ProcessHandle> process() {
        Optional<ProcessHandle> living = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        return birth.isEmpty()
                ? living.filter(this::hasStartedThen)
                : living.filter(handle -> birth.equals(ProcessBirth.of(pid)));
    }

    private boolean hasStartedThen(ProcessHandle handle) {
        return handle.info()
                .startInstant()
                .filter(start -> Math.abs(start.toEpochMilli() - startedAtMs) <= START_TOLERANCE_MS)
                .isPresent();
    }

    /** Whether the process lives. */
    public boolean isAlive() {
        return process().isPresent();
    }

    boolean isLivingJobManager() {
        return role == NodeRole.JOBMANAGER && isAlive();
    }

    /**
     * What it holds on to, after a full collection.
     *
     * @throws IOException when it does not say
     */
    public JavaMemory memory() throws IOException, InterruptedException {
        return JavaMemory.afterCollection(pid);
    }
}
