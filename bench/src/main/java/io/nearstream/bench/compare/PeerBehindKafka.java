package io.nearstream.bench.compare;

import io.nearstream.bench.EndToEnd;
import io.nearstream.bench.peer.PeerJvm;
import io.nearstream.bench.peer.PeerProcess;
import io.nearstream.bench.peer.PeerServer;
import io.nearstream.client.NearstreamException;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.embedded.EmbeddedBroker;
import io.nearstream.jobs.common.topics.TopicCatalog;
import io.nearstream.jobs.common.topics.TopicCreator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * A broker in this process with our topics, as ours has it, and a process that serves them with a
 * peer's index. Close it.
 */
final class PeerBehindKafka implements EndToEnd.Server, AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofMinutes(1);
    private static final long POLL_MS = 20;

    private final EmbeddedBroker broker;
    private final Process process;
    private final Path said;
    private final Path log;

    private PeerBehindKafka(EmbeddedBroker broker, Process process, Path said, Path log) {
        this.broker = broker;
        this.process = process;
        this.said = said;
        this.log = log;
    }

    /**
     * What the server told of itself.
     *
     * @param bytes that its index takes
     */
    record Said(String description, String java, long bytes) {}

    /**
     * Starts both.
     *
     * @param system the name of its index
     * @param dir an empty directory
     */
    static PeerBehindKafka start(
            PeerJvm jvm, int memoryMb, String system, CollectionSettings collection, Path dir)
            throws IOException, InterruptedException {
        EmbeddedBroker broker = EmbeddedBroker.start(dir.resolve("kafka"), 0);
        Process process = null;
        try (Admin admin =
                Admin.create(
                        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap()))) {
            TopicCreator.create(admin, TopicCatalog.load());
            Path said = dir.resolve("said.properties");
            Path log = dir.resolve("log.txt");
            List<String> command =
                    new ArrayList<>(jvm.command(memoryMb, List.of(), PeerServer.class));
            command.addAll(
                    List.of(
                            said.toString(),
                            Files.createDirectories(dir.resolve("index")).toString(),
                            broker.bootstrap(),
                            system,
                            collection.metric().name(),
                            collection.encoding().name(),
                            Integer.toString(collection.dimensions())));
            process = PeerProcess.start(command, log);
            awaitReady(process, said, log);
            return new PeerBehindKafka(broker, process, said, log);
        } catch (IOException | InterruptedException | RuntimeException failed) {
            if (process != null) {
                process.destroyForcibly();
            }
            broker.close();
            throw failed;
        }
    }

    private static void awaitReady(Process process, Path said, Path log)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (!Files.exists(said)) {
            if (!process.isAlive() || System.nanoTime() - start > READY_WITHIN.toNanos()) {
                throw new IOException("The server did not start: " + PeerProcess.tail(log));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    @Override
    public String bootstrap() {
        return broker.bootstrap();
    }

    @Override
    public long cpuMicros() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1_000;
    }

    /** What it said last: after it has shown what was loaded, how large that is. */
    Said said() throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newInputStream(said)) {
            properties.load(in);
        }
        return new Said(
                properties.getProperty("description"),
                properties.getProperty("java"),
                Long.parseLong(properties.getProperty("bytes")));
    }

    /**
     * Says why the server does not answer, if that is because it has ended.
     *
     * @throws IOException with its last words, because of {@code failure}
     */
    void requireAlive(NearstreamException failure) throws IOException {
        if (!process.isAlive()) {
            throw new IOException(
                    "The server ended with code %d: %s"
                            .formatted(process.exitValue(), PeerProcess.tail(log)),
                    failure);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        broker.close();
    }
}
