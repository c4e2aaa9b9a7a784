package io.nearstream.chaos.fault;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The system that faults are done to. What it cannot do it does not claim in {@link #kinds()}, and
 * is not asked for. Thread-safe; faults of nodes come one at a time.
 */
public interface Target extends Addresses {
    /** The kinds of faults that the methods below can do here. */
    Set<FaultKind> kinds();

    /** Every node that a fault may be done to, running or not. */
    List<Node> nodes();

    /** Ends a node at once, as {@code kill -9} does. */
    void kill(String node) throws IOException, InterruptedException;

    /** Starts a node that was killed. */
    void start(String node) throws IOException, InterruptedException;

    /** Stops a node where it is, as {@code SIGSTOP} does. */
    void pause(String node) throws IOException, InterruptedException;

    /** Lets a node go on that was paused. */
    void resume(String node) throws IOException, InterruptedException;

    /** Runs the jobs on so many TaskManagers, and returns when that has begun. */
    void rescale(int taskManagers) throws IOException, InterruptedException;

    /** How many TaskManagers the jobs run on when nothing is wrong. */
    int taskManagers();

    /**
     * Takes a savepoint of each job, and returns when they are there.
     *
     * @throws IOException also if a job refuses, as one does that is being restarted
     */
    void savepoint() throws IOException, InterruptedException;

    /**
     * What keeps it from being healthy, a sentence each: jobs that do not run with all their
     * subtasks or are far behind, nodes that should run; empty when all is well.
     */
    List<String> problems();

    /**
     * Another number whenever a job may have gone back to a checkpoint, also where another
     * JobManager counts from the beginning; empty while that cannot be told.
     */
    OptionalLong epoch();

    /**
     * What each of its nodes that lives holds on to, by name, after a full collection; empty for
     * one that does not say. Nothing at all where nodes are no processes of their own.
     */
    default Map<String, Optional<MemoryUse>> memory() throws InterruptedException {
        return Map.of();
    }

    /**
     * The load begins: clients that are nodes of their own, {@link Role#CLIENT}, are to begin with
     * it. Each writes journals of its own beside the run's; see {@link
     * io.nearstream.chaos.history.MergedHistory}.
     *
     * @param journal of the run, which is there
     * @throws java.io.UncheckedIOException if one cannot be started
     */
    default void clientsBegin(Path journal) throws InterruptedException {
        // Without such clients there is nothing to begin.
    }

    /**
     * The load ends; returns when such clients have written down all that they did.
     *
     * @return what was not in order about that
     */
    default Optional<String> clientsEnd() throws InterruptedException {
        return Optional.empty();
    }
}
