package io.nearstream.cli;

import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import io.nearstream.embedded.NamedJob;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A server inside this process that ends in order, also at Ctrl-C: jobs, broker, and its directory
 * where that was only for now.
 */
final class EmbeddedServer implements AutoCloseable {
    private final EmbeddedNearstream nearstream;
    private final Path dir;
    private volatile boolean temporary;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedServer(EmbeddedNearstream nearstream, Path dir, boolean temporary) {
        this.nearstream = nearstream;
        this.dir = dir;
        this.temporary = temporary;
    }

    /**
     * Starts, with the log in the directory.
     *
     * @param temporary whether the directory is deleted at the end
     */
    static EmbeddedServer start(EmbeddedOptions options, boolean temporary)
            throws IOException, InterruptedException {
        return start(options, temporary, bootstrap -> Map.of());
    }

    /** The same; something is prepared before the jobs are submitted. */
    static EmbeddedServer start(
            EmbeddedOptions options, boolean temporary, EmbeddedNearstream.Preparation preparation)
            throws IOException, InterruptedException {
        Logs.into(options.dir());
        EmbeddedServer server;
        try {
            server =
                    new EmbeddedServer(
                            EmbeddedNearstream.start(
                                    options, List.of(NamedJob.INGEST, NamedJob.QUERY), preparation),
                            options.dir(),
                            temporary);
        } catch (IOException | InterruptedException | RuntimeException failure) {
            if (temporary) {
                DirectoryTree.delete(options.dir());
            }
            throw failure;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "nearstream-stop"));
        return server;
    }

    String bootstrap() {
        return nearstream.bootstrap();
    }

    URI webUi() {
        return nearstream.webUi();
    }

    /** Whether it ends, or has ended. */
    boolean isClosing() {
        return closed.get();
    }

    List<String> stateAddresses() {
        return nearstream.stateAddresses();
    }

    Path log() {
        return dir.resolve("nearstream.log");
    }

    /** Leaves the directory, with the log, for whoever wants to know why something failed. */
    void keepDirectory() {
        temporary = false;
    }

    /** Ends everything, once; a second caller waits for the first. */
    @Override
    public synchronized void close() {
        if (closed.compareAndSet(false, true)) {
            nearstream.close();
            if (temporary) {
                DirectoryTree.delete(dir);
            }
        }
    }
}
