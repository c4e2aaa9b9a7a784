package io.nearstream.cli;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.migrate.Imported;
import io.nearstream.migrate.KeyImport;
import io.nearstream.migrate.RecordImport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "import",
        description = {
            "Write what 'export' wrote into a collection, or put its keys, and wait until all is there.",
            "What is there with the same content is left as it is: an import that was killed goes on when it is given again, and a second one changes nothing."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all is there as in the file",
            "1:failed, or some are there with other content and were kept",
            "2:wrong usage"
        })
final class ImportCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;

    @ArgGroup(exclusive = true, multiplicity = "1")
    private MigratedOptions what;

    @Option(
            names = "--in",
            paramLabel = "DIR|FILE",
            required = true,
            description = "The file, or the directory that was given to 'export'.")
    private Path in;

    @Option(
            names = "--create",
            description =
                    "Create the collection first, with the settings in the file; for others use 'collection create'.")
    private boolean create;

    @Option(
            names = "--replace",
            description = "Replace what is there with other content; else it is kept, and told.")
    private boolean replace;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (create && what.keyValues()) {
            throw new ParameterException(
                    spec.commandLine(), "--create is for a collection, not for --key-values.");
        }
        Path file = what.fileIn(in);
        if (!Files.isRegularFile(file)) {
            throw new NearstreamException(
                    "There is no file %s: name one that 'export' wrote with --in.".formatted(file));
        }
        // First of all: a file that is none of ours must not create a collection.
        Optional<CollectionSettings> settings =
                what.keyValues() ? Optional.empty() : Optional.of(RecordImport.settings(file));
        try (NearstreamClient client = connection.connect();
                ExportCommand.Steps steps = new ExportCommand.Steps("import")) {
            Imported imported =
                    what.keyValues()
                            ? new KeyImport(client, replace, InstantSource.system())
                                    .run(file, steps)
                            : new RecordImport(
                                            client,
                                            target(client, settings.orElseThrow()),
                                            replace,
                                            InstantSource.system())
                                    .run(file, steps);
            steps.close();
            return report(imported);
        }
    }

    private CollectionSettings target(NearstreamClient client, CollectionSettings settings) {
        return create
                ? client.collections().create(settings.named(what.collection()))
                : client.collections().describe(what.collection()).settings();
    }

    private int report(Imported imported) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("records", imported.records());
            document.put("written", imported.written());
            document.put("same", imported.same());
            document.put("kept", imported.kept());
            document.put("expired", imported.expired());
            Json.print(out, document);
        } else {
            out.printf(
                    "%,d %s: %,d written, %,d were there already, %,d have expired%n",
                    imported.records(),
                    what.unit(),
                    imported.written(),
                    imported.same(),
                    imported.expired());
        }
        if (imported.kept() == 0) {
            return 0;
        }
        spec.commandLine()
                .getErr()
                .printf(
                        "nearstream: %,d are there with other content and were kept: --replace replaces them.%n",
                        imported.kept());
        return 1;
    }
}
