package io.nearstream.cli;

import io.nearstream.client.NearstreamClient;
import io.nearstream.core.model.Metric;
import io.nearstream.embedded.EmbeddedOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description = {
            "See it work: a Kafka broker, Flink and both jobs in this process, real data, answers.",
            "Needs no data and no network: it loads the names of this JDK's own classes. Any Kafka client can join in at the broker's address."
        })
final class DemoCommand implements Callable<Integer> {
    /** Two TaskManagers of two slots, as a small cluster has them. */
    private static final int TASK_MANAGERS = 2;

    private static final int SLOTS = 2;
    private static final int CORES_FOR_TWO = 4;

    /** Files instead of names. */
    static final class VectorFilesGroup {
        @Option(
                names = "--base",
                paramLabel = "FILE",
                required = true,
                description = "Load this file of vectors instead: fvecs, bvecs, IDX; .gz or not.")
        private Path base;

        @Option(
                names = "--query",
                paramLabel = "FILE",
                required = true,
                description = "Ask with the vectors of this file.")
        private Path query;

        @Option(
                names = "--metric",
                paramLabel = "METRIC",
                required = true,
                description =
                        "How distance is measured: l2, cosine, inner-product or hamming (of bytes as eight bits each).")
        private Metric metric;

        @Nullable
        @Option(
                names = "--truth",
                paramLabel = "FILE",
                description =
                        "True neighbours of the queries, ivecs; without it they are found by an exact scan.")
        private Path truth;
    }

    @Spec private CommandSpec spec;

    @Nullable
    @ArgGroup(exclusive = false)
    private VectorFilesGroup files;

    @Option(names = "--exit", description = "Leave after the figures, without asking for names.")
    private boolean exit;

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Port of the broker. Default: any free one.")
    private int kafkaPort;

    @Option(
            names = "--rest-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Port of the web UI. Default: any free one.")
    private int restPort;

    @Option(
            names = "--state-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description =
                    "Port of live reads of keys, on the loopback address. Default: any free one.")
    private int statePort;

    @Option(
            names = "--parallelism",
            paramLabel = "P",
            defaultValue = "0",
            description =
                    "Subtasks of each operator, 1 or 2: the two jobs share four slots. Default: 2 with 4 cores or more, else 1.")
    private int parallelism;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        DemoData data =
                files == null
                        ? DemoNames.read(Integer.MAX_VALUE)
                        : DemoFiles.open(files.base, files.query, files.truth, files.metric);
        out.println("Starting Kafka, Flink and both jobs in this process ...");
        out.flush();
        EmbeddedOptions options =
                EmbeddedOptions.in(Files.createTempDirectory("nearstream-demo-"))
                        .withPorts(kafkaPort, restPort, statePort)
                        .withCluster(TASK_MANAGERS, SLOTS, subtasks());
        try (EmbeddedServer server = EmbeddedServer.start(options, true);
                NearstreamClient client = NearstreamClient.connect(server.bootstrap())) {
            out.printf("  broker  %s   (any Kafka client can join in)%n", server.bootstrap());
            out.printf("  web UI  %s%n", server.webUi());
            out.printf("  log     %s%n%n", server.log());
            out.flush();
            try {
                Demo demo = new Demo(client, data, out);
                demo.run();
                new DemoKeys(client.keyValues(), server.stateAddresses(), out).show();
                if (!exit) {
                    demo.converse(
                            new BufferedReader(
                                    new InputStreamReader(System.in, StandardCharsets.UTF_8)));
                }
            } catch (IOException | RuntimeException failure) {
                server.keepDirectory();
                out.printf("The log is kept: %s%n", server.log());
                throw failure;
            }
            return 0;
        }
    }

    /**
     * On two cores a second subtask costs more than it brings: twice the CPU to the first answer.
     */
    private int subtasks() {
        if (parallelism != 0) {
            return parallelism;
        }
        return Runtime.getRuntime().availableProcessors() >= CORES_FOR_TWO ? 2 : 1;
    }
}
