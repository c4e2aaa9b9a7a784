package io.nearstream.jobs.ingest.backfill;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.formats.VectorFile;
import io.nearstream.jobs.common.config.BackfillOptions;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.common.wire.RawRecordSerializer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Files that an ingest job reads beside Kafka, checked when it is submitted.
 *
 * <p>A row is a write of the version (as-of, {@link RowWrites#PARTITION}, row): older than every
 * write that was appended from as-of on, and newer than those before. So a record that is in the
 * files and in Kafka counts once, in whichever order the two are met and whatever is read again
 * after a failure. Both are read from their beginnings: there is nothing between them.
 *
 * @param writes rows as records of the vectors topic
 * @param files in the order of their rows' versions
 */
public record Backfill(RowWrites writes, List<Path> files) {
    /** Identity of the source in savepoints: how far the files were read. */
    public static final String SOURCE_UID = "ingest.backfill-source.v1";

    /** By so much the broker's clock, by which collections are created, may be ahead of ours. */
    private static final long CLOCKS_APART_MS = Duration.ofDays(1).toMillis();

    /**
     * The files that a configuration names.
     *
     * @param now milliseconds since 1970, by the clock of the one who submits
     * @return empty where it names none
     * @throws IllegalArgumentException if they do not fit the collection, or an option has no
     *     meaning
     * @throws IOException if a file cannot be read here
     */
    public static Optional<Backfill> read(
            ReadableConfig config, CollectionDirectory.Provider directories, long now)
            throws IOException, InterruptedException {
        List<Path> paths =
                config.get(BackfillOptions.FILES).stream()
                        .map(file -> Path.of(file).toAbsolutePath())
                        .toList();
        String name = config.get(BackfillOptions.COLLECTION);
        if (paths.isEmpty()) {
            if (!name.isEmpty()) {
                throw new IllegalArgumentException(
                        "'%s' is given, but '%s' names no files."
                                .formatted(
                                        BackfillOptions.COLLECTION.key(),
                                        BackfillOptions.FILES.key()));
            }
            return Optional.empty();
        }
        try (CollectionDirectory directory = directories.open()) {
            CollectionSettings collection =
                    directory
                            .at(name, now + CLOCKS_APART_MS)
                            .orElseThrow(() -> unknown(name))
                            .settings();
            List<VectorFile> files = new ArrayList<>();
            for (Path path : paths) {
                files.add(fitting(VectorFile.open(path), collection));
            }
            requireIds(files);
            RowWrites writes =
                    new RowWrites(
                            name,
                            collection.encoding().name(),
                            config.get(BackfillOptions.ID_PREFIX),
                            asOf(config.get(BackfillOptions.AS_OF), directory, collection, now),
                            paths.stream().map(Path::toString).toList());
            return Optional.of(new Backfill(writes, paths));
        }
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException(
                "'%s' must name a collection that exists, but was '%s': create it first."
                        .formatted(BackfillOptions.COLLECTION.key(), name));
    }

    private static VectorFile fitting(VectorFile opened, CollectionSettings collection) {
        VectorFile file =
                collection.metric() == Metric.HAMMING ? opened.in(Encoding.BINARY) : opened;
        if (file.encoding() != collection.encoding()
                || file.dimensions() != collection.dimensions()) {
            throw new IllegalArgumentException(
                    "%s has %d dimensions of %s, but collection '%s' has %d of %s."
                            .formatted(
                                    file.path(),
                                    file.dimensions(),
                                    file.encoding(),
                                    collection.name(),
                                    collection.dimensions(),
                                    collection.encoding()));
        }
        return file;
    }

    private static void requireIds(List<VectorFile> files) {
        for (VectorFile file : files) {
            if (files.size() > 1 && !file.named()) {
                throw new IllegalArgumentException(
                        "'%s' names %d files, so each must have ids, or rows of the same number would be one record: %s has none."
                                .formatted(BackfillOptions.FILES.key(), files.size(), file.path()));
            }
        }
    }

    private static long asOf(
            String option, CollectionDirectory directory, CollectionSettings collection, long now)
            throws InterruptedException {
        long created = createdAt(directory, collection, now);
        if (option.isEmpty()) {
            return created;
        }
        long time;
        try {
            time = Instant.parse(option).toEpochMilli();
        } catch (DateTimeParseException | ArithmeticException wrong) {
            throw new IllegalArgumentException(
                    "'%s' must be a time such as 2026-11-22T10:00:00Z, but was '%s'."
                            .formatted(BackfillOptions.AS_OF.key(), option),
                    wrong);
        }
        if (time < created || time > now) {
            throw new IllegalArgumentException(
                    "'%s' must be between %s, when collection '%s' was created, and now, %s, but was %s."
                            .formatted(
                                    BackfillOptions.AS_OF.key(),
                                    Instant.ofEpochMilli(created),
                                    collection.name(),
                                    Instant.ofEpochMilli(now),
                                    option));
        }
        return time;
    }

    /** The first time at which the name is this incarnation's: it is so from then until now. */
    private static long createdAt(
            CollectionDirectory directory, CollectionSettings collection, long now)
            throws InterruptedException {
        long low = 0;
        long high = now + CLOCKS_APART_MS;
        while (low < high) {
            long middle = low + (high - low) / 2;
            boolean its =
                    directory
                            .at(collection.name(), middle)
                            .filter(state -> state.uid() == collection.uid())
                            .isPresent();
            if (its) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /**
     * The rows as a bounded stream. It has no time until it ends, so time begins when all of them
     * are in, and rows move none.
     *
     * @param parallelism of the stream that it goes with
     */
    public DataStream<RawRecord> rows(StreamExecutionEnvironment env, int parallelism) {
        return env.fromSource(
                        writes.source(files),
                        WatermarkStrategy.noWatermarks(),
                        "Read files",
                        RawRecordSerializer.TYPE)
                .setParallelism(parallelism)
                .uid(SOURCE_UID);
    }
}
