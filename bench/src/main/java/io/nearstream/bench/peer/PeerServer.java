package io.nearstream.bench.peer;

import io.nearstream.bench.ProcessFigures;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Properties;

/**
 * Serves an index behind our topics, as a team would build it: one thread consumes the writes and
 * indexes them, a searcher per processor answers probes. {@code SAID DIR BOOTSTRAP SYSTEM METRIC
 * ENCODING DIMENSIONS}. Says in the file SAID what it is, and how large after each refresh; works
 * in the empty directory DIR; runs until it is ended.
 *
 * <p>It knows one collection, upserts of new ids that are numbers, and probes for k nearest; a
 * probe's buckets are its candidates. An AT_LEAST probe waits until everything that the topic held
 * when it came is indexed and shown. Once that has happened, later writes are shown as soon as no
 * more of them wait.
 */
public final class PeerServer {
    private static final Duration WARM_UP = Duration.ofSeconds(5);

    private final Path said;
    private final VectorIndexFactory factory;
    private final VectorIndex index;

    private PeerServer(Path said, VectorIndexFactory factory, VectorIndex index) {
        this.said = said;
        this.factory = factory;
        this.index = index;
    }

    /** Serves until the process is ended, or something fails. */
    public static void main(String[] arguments) {
        try {
            VectorSpace space =
                    VectorSpace.of(
                            Metric.valueOf(arguments[4]),
                            Encoding.valueOf(arguments[5]),
                            Integer.parseInt(arguments[6]));
            VectorIndexFactory factory = Peers.named(arguments[3]);
            Path dir = Path.of(arguments[1]);
            PeerWarmUp.run(factory, space, dir.resolve("warm-up"), WARM_UP);
            PeerServer server =
                    new PeerServer(
                            Path.of(arguments[0]),
                            factory,
                            factory.create(space, Files.createDirectories(dir.resolve("index"))));
            server.serve(arguments[2]);
        } catch (IOException | RuntimeException | LinkageError failure) {
            fail(failure);
        }
    }

    private void serve(String bootstrap) throws IOException {
        index.refresh();
        Shown shown = new Shown(index, this::say);
        PeerWriter writer = new PeerWriter(bootstrap, index, shown);
        int searchers = ProcessFigures.processors();
        for (int i = 0; i < searchers; i++) {
            PeerSearcher searcher = new PeerSearcher(bootstrap, i, searchers, shown, writer);
            start("searcher-" + i, searcher::run);
        }
        start("writer", writer::run);
        say();
    }

    /** Work that ends the process when it fails. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    private static void start(String name, Work work) {
        Thread thread =
                new Thread(
                        () -> {
                            try {
                                work.run();
                            } catch (IOException | RuntimeException | LinkageError failure) {
                                fail(failure);
                            }
                        },
                        name);
        thread.start();
    }

    private static void fail(Throwable failure) {
        failure.printStackTrace();
        Runtime.getRuntime().halt(1);
    }

    private void say() throws IOException {
        Properties properties = new Properties();
        properties.setProperty("description", factory.description());
        properties.setProperty("java", SystemRun.thisJava());
        properties.setProperty("bytes", Long.toString(index.bytes()));
        Path next = said.resolveSibling(said.getFileName() + ".next");
        try (OutputStream out = Files.newOutputStream(next)) {
            properties.store(out, null);
        }
        Files.move(next, said, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
