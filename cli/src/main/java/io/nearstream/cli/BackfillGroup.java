package io.nearstream.cli;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Metric;
import io.nearstream.formats.VectorFile;
import io.nearstream.jobs.common.config.BackfillOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Files that the ingest job reads into a collection, beside Kafka. */
final class BackfillGroup {
    static final String HEADING = "%nA collection from files, followed by Kafka:%n";

    @Option(
            names = "--backfill",
            paramLabel = "COLLECTION=FILE[;FILE...]",
            required = true,
            description =
                    "Read files (.fvecs, .bvecs, IDX, .avro) into a collection, beside Kafka: each row once, and what was written since wins. Give it again, and leave the files as they are, until all have ended; 'none': no more, also where they have not. Several files must be .avro with ids, and stand in quotes. Every TaskManager must find them.")
    private String backfill;

    @Nullable
    @Option(
            names = "--backfill-metric",
            paramLabel = "METRIC",
            description =
                    "Create the collection where there is none, with the files' dimensions: l2, cosine, inner-product, hamming or jaccard. For other settings, 'collection create' comes first.")
    private Metric metric;

    @Nullable
    @Option(
            names = "--backfill-as-of",
            paramLabel = "TIME",
            description =
                    "When the files were true, as 2026-11-22T10:00:00Z: a row wins over writes before. 'creation': when the collection was created, so that all writes win. Needed where the ingest job has state and the collection is there, and another time than for its earlier files. Default: creation.")
    private String asOf;

    @Nullable
    @Option(
            names = "--backfill-ids",
            paramLabel = "PREFIX",
            description = "Where rows have no ids: this prefix and the row number, from 0.")
    private String idPrefix;

    /** Whether there was no such collection: so none of its writes can be newer than the files. */
    private boolean created;

    /** Whether files are given up instead of given. */
    boolean isNone() {
        return backfill.equals(BackfillOptions.NO_FILES);
    }

    private String collection() {
        return backfill.substring(0, backfill.indexOf('='));
    }

    /** By their absolute paths: whoever reads the option next works in another directory. */
    private List<Path> files() {
        return Stream.of(backfill.substring(backfill.indexOf('=') + 1).split(";"))
                .map(file -> Path.of(file).toAbsolutePath().normalize())
                .toList();
    }

    /**
     * The options of the ingest job.
     *
     * @throws ParameterException if they make no sense
     */
    Map<String, String> options(CommandSpec spec) {
        Map<String, String> options = new TreeMap<>();
        if (isNone()) { // whatever else is said of files
            options.put(BackfillOptions.FILES.key(), BackfillOptions.NO_FILES);
            return options;
        }
        int name = backfill.indexOf('=');
        require(
                spec,
                name > 0
                        && name < backfill.length() - 1
                        && Stream.of(backfill.substring(name + 1).split(";", -1))
                                .noneMatch(String::isBlank),
                "--backfill must be COLLECTION=FILE[;FILE...] or none, but was '%s'."
                        .formatted(backfill));
        options.put(
                BackfillOptions.FILES.key(),
                files().stream().map(Path::toString).collect(Collectors.joining(";")));
        options.put(BackfillOptions.COLLECTION.key(), collection());
        if (asOf != null) {
            require(
                    spec,
                    isTime(asOf),
                    "--backfill-as-of must be a time such as 2026-11-22T10:00:00Z, or creation, but was '%s'."
                            .formatted(asOf));
            options.put(BackfillOptions.AS_OF.key(), asOf);
        } else if (created) {
            options.put(BackfillOptions.AS_OF.key(), BackfillOptions.CREATION);
        }
        if (idPrefix != null) {
            options.put(BackfillOptions.ID_PREFIX.key(), idPrefix);
        }
        return options;
    }

    private static boolean isTime(String text) {
        if (text.equals(BackfillOptions.CREATION)) {
            return true;
        }
        try {
            Instant.parse(text);
            return true;
        } catch (DateTimeParseException none) {
            return false;
        }
    }

    /**
     * These options in the place of others of their kind.
     *
     * @param given with '--set', by key
     * @param others those in whose place they are put
     * @param before those of the cluster, if there is one: of the same files the time is known
     */
    static Map<String, String> over(
            @Nullable BackfillGroup group,
            CommandSpec spec,
            Map<String, String> given,
            Map<String, String> others,
            Map<String, String> before) {
        if (group == null) {
            return others;
        }
        for (String key : given.keySet()) {
            require(
                    spec,
                    !key.startsWith(BackfillOptions.KEYS),
                    "'--set %s' cannot be given beside '--backfill'.".formatted(key));
        }
        Map<String, String> all = new TreeMap<>(others);
        all.keySet().removeIf(key -> key.startsWith(BackfillOptions.KEYS));
        Map<String, String> options = group.options(spec);
        if (group.asOf == null && !group.created && areOfTheSameFiles(options, before)) {
            String time = before.get(BackfillOptions.AS_OF.key());
            if (time != null) {
                options.put(BackfillOptions.AS_OF.key(), time);
            }
        }
        all.putAll(options);
        return all;
    }

    /** What was given with them before need not be given again. */
    private static boolean areOfTheSameFiles(Map<String, String> one, Map<String, String> other) {
        return Stream.of(
                        BackfillOptions.FILES,
                        BackfillOptions.COLLECTION,
                        BackfillOptions.ID_PREFIX)
                .allMatch(option -> Objects.equals(one.get(option.key()), other.get(option.key())));
    }

    private static void require(CommandSpec spec, boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    /** Fails where a file that is there cannot be read, before anything is started for it. */
    void requireReadable() throws IOException {
        for (Path file : isNone() ? List.<Path>of() : files()) {
            if (Files.exists(file)) { // a job that has read it does not need it
                VectorFile.open(file);
            }
        }
    }

    /**
     * Sees to the collection, which must be there when the job is submitted. The options are to be
     * asked for anew then: of a new collection the time is known.
     *
     * @throws NearstreamException if it is not there, and no metric is given, or has another one
     */
    void prepare(String bootstrap) throws IOException {
        if (isNone()) {
            return;
        }
        try (NearstreamClient client = NearstreamClient.connect(bootstrap)) {
            Optional<CollectionSettings> there =
                    client.collections().list().stream()
                            .map(info -> info.settings())
                            .filter(settings -> settings.name().equals(collection()))
                            .findFirst();
            if (there.isPresent()) {
                requireMetric(there.get());
            } else if (metric == null) {
                throw new NearstreamException(
                        "There is no collection '%s' for --backfill: give --backfill-metric to create it, or create it first ('collection create')."
                                .formatted(collection()));
            } else {
                client.collections().create(fitting(metric));
                created = true;
            }
        }
    }

    /**
     * What the files need, all of which must be there: none of a new collection has been read. Else
     * it would be there already when the command is given once more, rightly.
     */
    private CollectionSettings fitting(Metric of) throws IOException {
        VectorFile first = VectorFile.open(files().get(0));
        for (Path path : files()) {
            VectorFile file = VectorFile.open(path);
            if (file.dimensions() != first.dimensions() || file.encoding() != first.encoding()) {
                throw new NearstreamException(
                        "The files of --backfill must be of one collection, but %s has %d dimensions of %s, and %s %d of %s."
                                .formatted(
                                        first.path(),
                                        first.dimensions(),
                                        EnumNames.of(first.encoding()),
                                        path,
                                        file.dimensions(),
                                        EnumNames.of(file.encoding())));
            }
        }
        return SettingsOptions.usual(collection(), of, first);
    }

    private void requireMetric(CollectionSettings there) {
        if (metric != null && metric != there.metric()) {
            throw new NearstreamException(
                    "Collection '%s' is there, with metric %s, but --backfill-metric is %s: leave it out, or name another collection."
                            .formatted(
                                    there.name(),
                                    EnumNames.of(there.metric()),
                                    EnumNames.of(metric)));
        }
    }
}
