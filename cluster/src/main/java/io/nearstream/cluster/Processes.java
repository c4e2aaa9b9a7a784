package io.nearstream.cluster;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts processes that outlive this one, and ends them. Stateless. */
final class Processes {
    /**
     * A terminal's hang-up and Ctrl-C are meant for the command, not for what it started. Where
     * there is {@code setsid}, each has a session of its own: Linux shares processors out among
     * sessions, so that a node which starts gets as much as one that has a hundred busy threads, as
     * it would among systemd's units. Without, one needed 30 to 80 s on two full processors.
     */
    private static final List<String> DETACHED =
            List.of(
                    "/bin/sh",
                    "-c",
                    "trap '' HUP INT; command -v setsid >/dev/null && exec setsid \"$@\"; exec \"$@\"",
                    "nearstream");

    private static final long POLL_MS = 20;

    private Processes() {}

    /**
     * Starts a node; what it prints is in its file, without that of earlier starts.
     *
     * @throws IOException when it cannot be started
     */
    static RunningNode start(ClusterLayout layout, NodePlan plan) throws IOException {
        Files.createDirectories(layout.printed(plan.name()).getParent());
        plan.prepare();
        List<String> command = new ArrayList<>(DETACHED);
        command.addAll(plan.command());
        Process process =
                new ProcessBuilder(command)
                        .directory(layout.dir().toFile())
                        .redirectInput(Redirect.from(new java.io.File("/dev/null")))
                        .redirectErrorStream(true)
                        .redirectOutput(Redirect.to(layout.printed(plan.name()).toFile()))
                        .start();
        long started = process.info().startInstant().orElseGet(Instant::now).toEpochMilli();
        return new RunningNode(
                plan.name(),
                plan.role(),
                plan.id(),
                process.pid(),
                started,
                ProcessBirth.of(process.pid()),
                plan.address(),
                plan.command());
    }

    /**
     * Asks a process to end, and makes it end after the patience.
     *
     * @return whether it had to be made to
     * @throws IOException when it lives on
     */
    static boolean end(RunningNode node, long patienceMs) throws IOException, InterruptedException {
        ProcessHandle process = node.process().orElse(null);
        if (process == null) {
            return false;
        }
        // A stopped process would not hear it.
        signal(node, "CONT");
        process.destroy();
        if (exited(node, patienceMs)) {
            return false;
        }
        process.destroyForcibly();
        if (exited(node, patienceMs)) {
            return true;
        }
        throw new IOException(
                "%s (process %d) does not end, not even by force: a disk may not answer it, or somebody has frozen it."
                        .formatted(node.name(), node.pid()));
    }

    /** Sends a signal, for example {@code KILL} or {@code STOP}, to a process that lives. */
    static void signal(RunningNode node, String signal) throws InterruptedException {
        if (!node.isAlive()) {
            return;
        }
        try {
            int status =
                    new ProcessBuilder("kill", "-" + signal, Long.toString(node.pid()))
                            .redirectErrorStream(true)
                            .redirectOutput(Redirect.DISCARD)
                            .start()
                            .waitFor();
            if (status != 0 && node.isAlive()) {
                throw new IllegalStateException(
                        "Signal %s could not be sent to %s (process %d): kill ended with %d."
                                .formatted(signal, node.name(), node.pid(), status));
            }
        } catch (IOException e) {
            throw new IllegalStateException("There is no 'kill' to send signals with.", e);
        }
    }

    private static boolean exited(RunningNode node, long patienceMs) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMs);
        while (node.isAlive()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
        return true;
    }
}
