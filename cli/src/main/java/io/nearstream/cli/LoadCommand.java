package io.nearstream.cli;

import io.nearstream.client.NearstreamClient;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Limits;
import io.nearstream.formats.VectorFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "load",
        description = {
            "Load a file of vectors into a collection.",
            "Formats by name, .gz or not: .fvecs (float32), .bvecs and IDX (uint8); and .avro, which may hold sets, too (a field 'set', an array of long)."
        })
final class LoadCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;
    @Mixin private SettingsOptions settings;

    @Parameters(paramLabel = "FILE", description = "The file of vectors.")
    private Path file;

    @Option(
            names = "--collection",
            paramLabel = "NAME",
            required = true,
            description = "The collection.")
    private String collection;

    @Option(
            names = "--create",
            description =
                    "Create the collection for this file first, with the options below; one that exists with the same settings is kept.")
    private boolean create;

    @Nullable
    @Option(
            names = "--places",
            paramLabel = "N",
            description =
                    "Of sets, with --create: the most numbers that one may have, 1 to 4096. Default: those of the largest in the file.")
    private Integer places;

    @Option(
            names = "--ids",
            paramLabel = "PREFIX",
            defaultValue = "",
            description = "Ids are this prefix and the row number, from 0. Default: no prefix.")
    private String idPrefix;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "" + Long.MAX_VALUE,
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description = "Load the first N rows only.")
    private long limit;

    @Option(
            names = "--label",
            paramLabel = "LABEL",
            description = "A label of every record; may be repeated.")
    private List<String> labels = List.of();

    @Nullable
    @Option(
            names = "--ttl",
            paramLabel = "MILLIS",
            description = "Records expire so long after they were appended.")
    private Long ttlMs;

    @Option(names = "--wait", description = "Wait until everything is searchable.")
    private boolean wait;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        atLeastOne("--limit", limit);
        if (ttlMs != null) {
            atLeastOne("--ttl", ttlMs);
        }
        VectorFile opened = VectorFile.open(file);
        VectorFile vectors = create ? placed(settings.fitting(opened)) : opened;
        CollectionSettings wanted =
                create
                        ? settings.settings(collection, vectors.dimensions(), vectors.encoding())
                        : null;
        try (NearstreamClient client = connection.connect()) {
            CollectionSettings target =
                    create
                            ? client.collections().create(wanted)
                            : client.collections().describe(collection).settings();
            Loader loader =
                    new Loader(
                            client,
                            target,
                            labels,
                            Optional.ofNullable(ttlMs).map(Duration::ofMillis));
            Loader.Loaded loaded =
                    loader.load(
                            new FileSource(
                                    vectors.in(target.encoding(), target.dimensions()),
                                    target,
                                    idPrefix,
                                    limit));
            report(
                    loaded,
                    wait ? OptionalDouble.of(loader.awaitVisible(loaded)) : OptionalDouble.empty());
            return 0;
        }
    }

    private VectorFile placed(VectorFile opened) {
        if (places == null) {
            return opened;
        }
        int least = opened.encoding() == Encoding.SET64 ? opened.dimensions() : 1;
        if (opened.encoding() != Encoding.SET64
                || places < least
                || places > Limits.DEFAULT.dimensions()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--places must be left out, or %d to %d with a file of sets, but was %d: %s holds %s."
                            .formatted(
                                    least,
                                    Limits.DEFAULT.dimensions(),
                                    places,
                                    file,
                                    opened.encoding()));
        }
        return opened.widened(places);
    }

    private void report(Loader.Loaded loaded, OptionalDouble searchableSeconds) {
        PrintWriter out = spec.commandLine().getOut();
        double acknowledgedPerSecond = loaded.vectors() / loaded.seconds();
        double searchablePerSecond = loaded.vectors() / searchableSeconds.orElse(1);
        if (json) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("collection", collection);
            document.put("vectors", loaded.vectors());
            document.put("acknowledged_per_s", Math.round(acknowledgedPerSecond));
            if (wait) {
                document.put("searchable_per_s", Math.round(searchablePerSecond));
            }
            document.put("append_time", loaded.lastAppendTime());
            Json.print(out, document);
            return;
        }
        out.printf(
                "%,d vectors acknowledged in %.1f s (%,.0f/s)%n",
                loaded.vectors(), loaded.seconds(), acknowledgedPerSecond);
        if (wait) {
            out.printf(
                    "all searchable after %.1f s (%,.0f/s)%n",
                    searchableSeconds.getAsDouble(), searchablePerSecond);
        } else {
            out.printf("search --at-least %d sees them all%n", loaded.lastAppendTime());
        }
    }

    private void atLeastOne(String option, long value) {
        if (value < 1) {
            throw new ParameterException(
                    spec.commandLine(), option + " must be at least 1, but was " + value + ".");
        }
    }
}
