package io.nearstream.chaos.load;

import io.nearstream.chaos.fault.Addresses;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts clients that are processes of their own, one at a time, and does to them what is done to
 * nodes. A client that this process leaves behind ends by itself. Thread-safe.
 */
public final class ClientProcess implements AutoCloseable {
    /** What a client says when its load has begun. */
    static final String READY = "ready";

    private static final Logger LOG = LoggerFactory.getLogger(ClientProcess.class);
    private static final long START_SECONDS = 60;
    private static final long END_SECONDS = 60;
    private static final List<String> HEAP =
            List.of(
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UnlockDiagnosticVMOptions",
                    "-XX:-BytecodeVerificationRemote",
                    "-XX:+UseSerialGC");

    private final Addresses system;
    private final Path said;
    @Nullable private Path journal;
    @Nullable private Process process;
    private int starts;

    /**
     * None yet.
     *
     * @param said gets what clients have to say of themselves
     */
    public ClientProcess(Addresses system, Path said) {
        this.system = system;
        this.said = said;
    }

    /**
     * Starts the first client, and returns when its load has begun.
     *
     * @param run the journal of the run; the client's lie beside it
     * @throws UncheckedIOException if it cannot be started
     */
    public synchronized void begin(Path run) throws InterruptedException {
        journal = run;
        try {
            start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Starts the next client, in the place of one that was killed. */
    public synchronized void start() throws IOException, InterruptedException {
        if (journal == null) {
            throw new IOException("The run has not begun.");
        }
        if (process != null && process.isAlive()) {
            return;
        }
        starts++;
        List<String> command =
                Stream.of(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "--add-modules=jdk.incubator.vector"),
                                HEAP,
                                List.of(
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        ClientMain.class.getName(),
                                        journal.toString(),
                                        Integer.toString(starts),
                                        system.bootstrap(),
                                        String.join(",", system.stateAddresses())))
                        .flatMap(List::stream)
                        .toList();
        process =
                new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.appendTo(said.toFile()))
                        .start();
        awaitReady(process);
    }

    private void awaitReady(Process started) throws IOException, InterruptedException {
        CompletableFuture<Boolean> ready = new CompletableFuture<>();
        Thread reader =
                new Thread(
                        () -> {
                            // Ends with the client, if not before.
                            BufferedReader words =
                                    new BufferedReader(
                                            new InputStreamReader(
                                                    started.getInputStream(),
                                                    StandardCharsets.UTF_8));
                            ready.complete(words.lines().anyMatch(READY::equals));
                        },
                        "chaos-client-reader");
        reader.setDaemon(true);
        reader.start();
        boolean begun = false;
        try {
            begun = ready.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException silent) {
            LOG.warn("A client has said nothing for {} s.", START_SECONDS);
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("Nobody fails this future.", impossible);
        }
        if (!begun) {
            started.destroyForcibly();
            throw new IOException(
                    "A client did not begin within %d s; it says: %s"
                            .formatted(START_SECONDS, said));
        }
    }

    /**
     * Sends it a signal.
     *
     * @param signal {@code KILL}, after which it has ended; {@code STOP} or {@code CONT}
     */
    public synchronized void signal(String signal) throws IOException, InterruptedException {
        Process running = running();
        int status =
                new ProcessBuilder("kill", "-" + signal, Long.toString(running.pid()))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
        if (status != 0) {
            throw new IOException(
                    "Signal %s could not be sent to the client: kill ended with %d."
                            .formatted(signal, status));
        }
        if (signal.equals("KILL")) {
            running.waitFor();
        }
    }

    private Process running() throws IOException {
        if (process == null || !process.isAlive()) {
            throw new IOException("The client does not run; it says: %s".formatted(said));
        }
        return process;
    }

    /**
     * Ends the client in order: everything that it has sent is answered or given up, and written
     * down.
     *
     * @return what was not in order about that; its journal ends where it was then
     */
    public synchronized Optional<String> end() throws InterruptedException {
        if (process == null) {
            return Optional.empty();
        }
        try {
            Process last = running();
            last.getOutputStream().close();
            if (last.waitFor(END_SECONDS, TimeUnit.SECONDS) && last.exitValue() == 0) {
                return Optional.empty();
            }
            last.destroyForcibly();
            return Optional.of("a client did not end in order; it says: %s".formatted(said));
        } catch (IOException failure) {
            return Optional.of("a client did not end in order: " + failure.getMessage());
        }
    }

    /** Ends it at once, if it runs. */
    @Override
    public synchronized void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
