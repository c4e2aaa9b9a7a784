package io.nearstream.cli;

import io.nearstream.cluster.BackfillProbe;
import io.nearstream.embedded.EmbeddedOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import javax.annotation.Nullable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "serve",
        description = {
            "Run a server: a Kafka broker, Flink and both jobs in this process, until Ctrl-C.",
            "Logs, state and checkpoints lie in the directory; the same directory goes on where it was, also after a kill."
        })
final class ServeCommand implements Callable<Integer> {
    private static final int TASK_MANAGERS = 1;
    private static final int FURTHER_JOBS_MAX = 16;

    @Spec private CommandSpec spec;

    @Option(
            names = "--dir",
            paramLabel = "D",
            required = true,
            description = "Directory of everything that lasts; created if need be.")
    private Path dir;

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            defaultValue = "9092",
            description = "Port of the broker, 0 for any free one. Default: ${DEFAULT-VALUE}.")
    private int kafkaPort;

    @Option(
            names = "--rest-port",
            paramLabel = "PORT",
            defaultValue = "8081",
            description = "Port of the web UI, 0 for any free one. Default: ${DEFAULT-VALUE}.")
    private int restPort;

    @Option(
            names = "--state-port",
            paramLabel = "PORT",
            defaultValue = "9069",
            description =
                    "Port of live reads of keys, on the loopback address, 0 for any free one. Default: ${DEFAULT-VALUE}.")
    private int statePort;

    @Option(
            names = "--parallelism",
            paramLabel = "P",
            defaultValue = "1",
            description =
                    "Subtasks of each operator; one per two cores is fastest. Default: ${DEFAULT-VALUE}.")
    private int parallelism;

    @Option(
            names = "--joins",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Leave room for so many joins, 0 to 16, see 'join start'; the jobs share memory for state with it. Default: ${DEFAULT-VALUE}.")
    private int joins;

    @Option(
            names = "--standing",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Leave room for so many jobs of standing queries, 0 to 16, see 'standing start'; the jobs share memory for state with it. Default: ${DEFAULT-VALUE}.")
    private int standing;

    @Nullable
    @ArgGroup(exclusive = false, heading = BackfillGroup.HEADING)
    private BackfillGroup backfill;

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireRoom("--joins", joins);
        requireRoom("--standing", standing);
        Map<String, String> files = backfill == null ? Map.of() : backfill.options(spec);
        if (backfill != null) {
            backfill.requireReadable();
        }
        PrintWriter out = spec.commandLine().getOut();
        Files.createDirectories(dir);
        out.println("Starting Kafka, Flink and both jobs in this process ...");
        out.flush();
        EmbeddedOptions options =
                EmbeddedOptions.in(dir)
                        .withPorts(kafkaPort, restPort, statePort)
                        .withCluster(
                                TASK_MANAGERS, (2 + joins + standing) * parallelism, parallelism)
                        .withOverrides(files);
        try (EmbeddedServer server = EmbeddedServer.start(options, false, this::prepare)) {
            out.printf("  broker  %s%n", server.bootstrap());
            out.printf("  web UI  %s%n", server.webUi());
            out.printf("  keys    %s   (live reads)%n", String.join(",", server.stateAddresses()));
            out.printf("  log     %s%n", server.log());
            out.println("Ready. Ctrl-C ends; everything stays in the directory.");
            out.flush();
            BackfillProbe.of(Configuration.fromMap(files))
                    .ifPresent(
                            probe ->
                                    BackfillWatch.start(
                                            probe, server.webUi(), out, server::isClosing));
            // The shutdown hook ends the server; this thread only keeps the process.
            new CountDownLatch(1).await();
            return 0;
        }
    }

    private Map<String, String> prepare(String bootstrap) throws IOException {
        if (backfill == null) {
            return Map.of();
        }
        backfill.prepare(bootstrap);
        return backfill.options(spec);
    }

    private void requireRoom(String option, int jobs) {
        if (jobs < 0 || jobs > FURTHER_JOBS_MAX) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s must be between 0 and %d, but was %d."
                            .formatted(option, FURTHER_JOBS_MAX, jobs));
        }
    }
}
