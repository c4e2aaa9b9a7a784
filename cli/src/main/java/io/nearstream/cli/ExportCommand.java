package io.nearstream.cli;

import io.nearstream.client.CollectionInfo;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.migrate.Exporter;
import io.nearstream.migrate.Savepoint;
import io.nearstream.migrate.StepListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "export",
        description = {
            "Write a collection, or all keys, out of a savepoint to an Avro file.",
            "A collection comes out of a savepoint of the query job, keys out of one of the ingest job; what is deleted or has expired is left out. The file is there only if the counts agree."
        })
final class ExportCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private MigratedOptions what;

    @Option(
            names = "--savepoint",
            paramLabel = "DIR",
            required = true,
            description = "The savepoint; 'cluster savepoint' takes one and prints where it lies.")
    private String savepoint;

    @Option(
            names = "--out",
            paramLabel = "DIR|FILE",
            required = true,
            description =
                    "A file, if it ends with .avro; else a directory, in which it is NAME.records.avro or key-values.avro.")
    private Path out;

    @Nullable
    @Option(
            names = "--work",
            paramLabel = "DIR",
            description =
                    "Where a scratch directory is made, and removed; three times the state may be needed. Default: beside the file.")
    private Path work;

    @Option(names = "--overwrite", description = "Replace the file, if there is one.")
    private boolean overwrite;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Logs.quiet();
        Path file = what.fileIn(out);
        if (Files.exists(file) && !overwrite) {
            throw new NearstreamException(
                    "%s exists: name another with --out, or give --overwrite.".formatted(file));
        }
        Savepoint opened = Savepoint.open(savepoint);
        Path dir = Files.createDirectories(file.toAbsolutePath().getParent());
        Exporter exporter =
                new Exporter(
                        opened,
                        file,
                        work == null ? dir : Files.createDirectories(work),
                        InstantSource.system().millis(),
                        Math.min(
                                Exporter.PARALLELISM_MAX,
                                Runtime.getRuntime().availableProcessors()),
                        Exporter.Space.ofFileSystem(),
                        overwrite);
        return inOrder(exporter);
    }

    /** So that Ctrl-C removes the scratch directory and what was written of the file. */
    private int inOrder(Exporter exporter) throws IOException {
        OrderlyEnd end = new OrderlyEnd();
        try {
            report(what.keyValues() ? keys(exporter) : collection(exporter));
            return 0;
        } catch (IOException | RuntimeException failure) {
            if (!end.isAsked()) {
                throw failure;
            }
            // Here: as soon as the end is reached, the process is gone.
            PrintWriter err = spec.commandLine().getErr();
            err.println("nearstream: Interrupted: " + failure.getMessage());
            err.flush();
            return 1;
        } finally {
            end.reached();
        }
    }

    private Exporter.Exported keys(Exporter exporter) throws IOException {
        try (Steps steps = new Steps("export")) {
            return exporter.keys(steps);
        }
    }

    /** The broker says which collection has the name; the savepoint knows uids alone. */
    private Exporter.Exported collection(Exporter exporter) throws IOException {
        Map<Long, String> names = new HashMap<>();
        CollectionSettings settings;
        try (NearstreamClient client = connection.connect()) {
            settings = client.collections().describe(what.collection()).settings();
            for (CollectionInfo info : client.collections().list()) {
                names.put(info.settings().uid(), info.settings().name());
            }
        }
        try (Steps steps = new Steps("export")) {
            return exporter.collection(settings, uid -> Optional.ofNullable(names.get(uid)), steps);
        }
    }

    private void report(Exporter.Exported exported) {
        PrintWriter writer = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("file", exported.file().toString());
            document.put("records", exported.records());
            document.put("expired", exported.expired());
            document.put("bytes", exported.bytes());
            Json.print(writer, document);
            return;
        }
        writer.printf(
                "%,d %s in %s (%,d bytes), counted in the savepoint and in the file%n",
                exported.records(), what.unit(), exported.file(), exported.bytes());
        if (exported.expired() > 0) {
            writer.printf("%,d more had expired and were left out%n", exported.expired());
        }
    }

    /** A progress bar for each step. */
    static final class Steps implements StepListener, AutoCloseable {
        private String task;
        @Nullable private Progress progress;

        Steps(String task) {
            this.task = task;
        }

        @Override
        public void step(String name) {
            close();
            task = name;
        }

        @Override
        public void at(long done, long total) {
            if (progress == null) {
                progress =
                        Progress.start(
                                task,
                                total == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(total));
            }
            progress.to(done);
        }

        @Override
        public void close() {
            if (progress != null) {
                progress.close();
                progress = null;
            }
        }
    }
}
