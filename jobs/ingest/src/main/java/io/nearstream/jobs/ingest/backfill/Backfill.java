package io.nearstream.jobs.ingest.backfill;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.formats.VectorFile;
import io.nearstream.jobs.common.config.BackfillOptions;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.common.wire.RawRecordSerializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
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
 * after a failure. Both are read from their beginnings, and retention has taken no write that is
 * newer than as-of: there is nothing between them.
 *
 * @param writes rows as records of the vectors topic
 * @param files in the order of their rows' versions
 * @param uid of the source in savepoints: the same for the same rows of the same files alone
 */
public record Backfill(RowWrites writes, List<Path> files, String uid) {
    /**
     * Identity of the source in savepoints, with a dot and what tells one backfill from another
     * behind it ({@link SourceUid}): how far the files were read. State in which the files of one
     * have ended must not be taken for that of the next, nor for that of the same files after they
     * have changed.
     */
    public static final String SOURCE_UID = "ingest.backfill-source.v1";

    /** What the source is called. */
    public static final String SOURCE_NAME = "Read files";

    /**
     * The files that a configuration names.
     *
     * @param retained what is left of the writes in Kafka
     * @param from what the job goes on from
     * @param now milliseconds since 1970, by the clock of the one who submits
     * @return empty where it names none
     * @throws IllegalArgumentException if they do not fit the collection, an option has no meaning,
     *     or rows might be lost unseen
     * @throws IOException if a file that is needed cannot be read here
     */
    public static Optional<Backfill> read(
            ReadableConfig config,
            CollectionDirectory.Provider directories,
            RetainedWrites retained,
            EarlierState from,
            long now)
            throws IOException, InterruptedException {
        List<Path> paths = paths(config);
        String name = config.get(BackfillOptions.COLLECTION);
        if (paths.isEmpty()) {
            if (!name.isEmpty() && config.get(BackfillOptions.FILES).isEmpty()) {
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
                            .at(name, now + AsOf.CLOCKS_APART_MS)
                            .orElseThrow(() -> unknown(name))
                            .settings();
            String given = config.get(BackfillOptions.AS_OF);
            AsOf asOf = AsOf.read(given, directory, collection, now);
            RowWrites writes =
                    new RowWrites(
                            collection,
                            config.get(BackfillOptions.ID_PREFIX),
                            asOf.time(),
                            paths.stream().map(Path::toString).toList());
            Optional<SourceUid> ended = endedAndGone(paths, writes, from);
            if (ended.isPresent()) {
                return Optional.of(new Backfill(writes, paths, ended.get().text()));
            }
            requireIds(open(paths, collection));
            SourceUid uid = writes.uid(FileSamples.digest(paths));
            if (!from.goesOn()) {
                asOf.requireAllLater(retained, collection);
            } else if (!from.knows(uid)) {
                asOf.requireGiven(given, collection);
                from.requireOtherVersions(uid, asOf, collection);
            }
            if (from.lacks(uid)) {
                long horizonMs = config.get(NearstreamOptions.TOMBSTONE_HORIZON).toMillis();
                asOf.requireDeletesRemembered(horizonMs, collection, now);
            }
            return Optional.of(new Backfill(writes, paths, uid.text()));
        }
    }

    /**
     * Which source has read these files to their end, where some are gone.
     *
     * @return empty where all are there
     * @throws NoSuchFileException if one is gone that is needed
     */
    private static Optional<SourceUid> endedAndGone(
            List<Path> paths, RowWrites writes, EarlierState from) throws NoSuchFileException {
        Optional<Path> gone = paths.stream().filter(path -> !Files.exists(path)).findFirst();
        if (gone.isEmpty()) {
            return Optional.empty();
        }
        SourceUid named = writes.uid(new UUID(0, 0));
        Optional<SourceUid> ended = from.endedOf(named);
        if (ended.isEmpty()) {
            throw new NoSuchFileException(
                    gone.get().toString(),
                    null,
                    "'%s' names it, and %s. All files must be there until all have been read to their end. Bring it back as it was, or set '%s' to '%s' ('--backfill none'), which leaves out what was not read"
                            .formatted(
                                    BackfillOptions.FILES.key(),
                                    from.saysOf(named),
                                    BackfillOptions.FILES.key(),
                                    BackfillOptions.NO_FILES));
        }
        return ended;
    }

    /** The files that are named, as Flink says them again when it has found them. */
    public static List<Path> paths(ReadableConfig config) {
        List<String> files = config.get(BackfillOptions.FILES);
        return files.equals(List.of(BackfillOptions.NO_FILES))
                ? List.of()
                : files.stream().map(file -> Path.of(file).toAbsolutePath().normalize()).toList();
    }

    /**
     * How many rows files have.
     *
     * @return empty where one is gone, or does not say without being read
     * @throws IOException if one is there and cannot be read
     */
    public static OptionalLong rows(List<Path> files) throws IOException {
        long all = 0;
        for (Path file : files) {
            OptionalLong rows =
                    Files.exists(file) ? VectorFile.open(file).rows() : OptionalLong.empty();
            if (rows.isEmpty()) {
                return rows;
            }
            all += rows.getAsLong();
        }
        return OptionalLong.of(all);
    }

    /** Where people find a record: its offset in its partition, or its row in its file. */
    public static long place(RawRecord raw) {
        return raw.partition() == RowWrites.PARTITION ? RowWrites.row(raw.offset()) : raw.offset();
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException(
                "'%s' must name a collection that exists, but was '%s': create it first. If it is gone on purpose, set '%s' to '%s' ('--backfill none')."
                        .formatted(
                                BackfillOptions.COLLECTION.key(),
                                name,
                                BackfillOptions.FILES.key(),
                                BackfillOptions.NO_FILES));
    }

    private static List<VectorFile> open(List<Path> paths, CollectionSettings collection)
            throws IOException {
        List<VectorFile> files = new ArrayList<>();
        for (Path path : paths) {
            files.add(fitting(VectorFile.open(path), collection));
        }
        return files;
    }

    private static VectorFile fitting(VectorFile opened, CollectionSettings collection) {
        VectorFile file = opened.in(collection.encoding(), collection.dimensions());
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
                        SOURCE_NAME,
                        RawRecordSerializer.TYPE)
                .setParallelism(parallelism)
                .uid(uid);
    }
}
