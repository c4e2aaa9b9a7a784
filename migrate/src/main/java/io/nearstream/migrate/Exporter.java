package io.nearstream.migrate;

import io.nearstream.client.NearstreamException;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.jobs.ingest.KeyValueTopology;
import io.nearstream.jobs.query.QueryTopology;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.util.FileUtils;

/**
 * Writes a collection, or all keys, of a savepoint to an Avro file. What is in the file was counted
 * twice: a pass of its own counts what lives, by the same reader, and the file is read back from
 * the disk before it gets its name. A file that does not agree is never left behind. Two may not
 * write to one file at a time. Not thread-safe.
 *
 * @param savepoint where it comes from
 * @param target the file
 * @param work where a scratch directory is made, and removed; three times the state may be needed
 * @param asOf now, milliseconds since 1970: what has expired by then is left out
 * @param parallelism of the reading, 1 to {@link #PARALLELISM_MAX}
 * @param space how many bytes are free in the file system of a directory
 * @param overwrite whether a file that is there is replaced; else the export fails
 */
public record Exporter(
        Savepoint savepoint,
        Path target,
        Path work,
        long asOf,
        int parallelism,
        Space space,
        boolean overwrite) {
    /** RocksDB's copy of the state, the shuffle's, and that of the sort. */
    private static final int SCRATCH_TIMES = 3;

    /** More would only have more RocksDBs share one disk; the shuffle's memory is made for it. */
    public static final int PARALLELISM_MAX = 4;

    private static final String COUNT = "count";
    private static final String GATHER = "gather";
    private static final String WRITE = "write";
    private static final String CHECK = "check";
    private static final String SCRATCH_SUFFIX = ".work";

    public Exporter {
        if (parallelism < 1 || parallelism > PARALLELISM_MAX) {
            throw new IllegalArgumentException(
                    "parallelism must be between 1 and %d, but was %d."
                            .formatted(PARALLELISM_MAX, parallelism));
        }
        target = target.toAbsolutePath().normalize();
        work = work.toAbsolutePath().normalize();
    }

    /** Bytes that are free where a directory lies. */
    @FunctionalInterface
    public interface Space {
        long usable(Path dir) throws IOException;

        /** Whether what one directory takes, the other lacks. */
        default boolean together(Path dir, Path other) throws IOException {
            return Files.getFileStore(dir).equals(Files.getFileStore(other));
        }

        /** As the file system says. */
        static Space ofFileSystem() {
            return dir -> {
                FileStore store = Files.getFileStore(dir);
                return store.getUsableSpace();
            };
        }
    }

    /**
     * What was exported.
     *
     * @param file where it lies
     * @param records how many
     * @param expired how many more had expired, and were left out
     * @param bytes of the file
     */
    public record Exported(Path file, long records, long expired, long bytes) {}

    /**
     * Exports a collection, out of a savepoint of the query job.
     *
     * @param nameOf the name of a collection by its uid, for messages; empty for an unknown one
     * @throws NearstreamException if the savepoint has nothing of it, or the counts do not agree
     */
    public Exported collection(
            CollectionSettings settings,
            LongFunction<Optional<String>> nameOf,
            StepListener listener)
            throws IOException {
        savepoint.require(QueryTopology.ASSIGN_UID, "a collection comes", "query");
        savepoint.require(QueryTopology.BUCKETS_UID, "a collection comes", "query");
        return inWork(
                StateJobs.COLLECTION_UIDS,
                jobs -> {
                    listener.step(COUNT);
                    Map<Long, Long> counts = jobs.countRecords(soFar(listener));
                    Long lives = counts.get(settings.uid());
                    if (lives == null) {
                        throw new NearstreamException(nothingOf(settings, counts, nameOf));
                    }
                    ExportHeader header = new ExportHeader(Optional.of(settings), asOf, 0);
                    listener.step(GATHER);
                    try (StateRun run = jobs.records(settings.uid(), asOf, soFar(listener))) {
                        return write(run, run::counters, header, lives, listener);
                    }
                });
    }

    private String nothingOf(
            CollectionSettings settings,
            Map<Long, Long> counts,
            LongFunction<Optional<String>> nameOf) {
        StringJoiner there = new StringJoiner(", ");
        there.setEmptyValue("none at all");
        new TreeMap<>(counts)
                .forEach(
                        (uid, count) ->
                                there.add(
                                        "%s (%,d)"
                                                .formatted(
                                                        nameOf.apply(uid)
                                                                .orElse("uid %016x".formatted(uid)),
                                                        count)));
        return "%s has no record of collection '%s' (uid %016x). It has records of: %s."
                .formatted(savepoint.dir(), settings.name(), settings.uid(), there);
    }

    /**
     * Exports all keys that have a value, out of a savepoint of the ingest job.
     *
     * @throws NearstreamException if the counts do not agree
     */
    public Exported keys(StepListener listener) throws IOException {
        savepoint.require(KeyValueTopology.STATE_UID, "keys come", "ingest");
        return inWork(
                StateJobs.KEY_UIDS,
                jobs -> {
                    listener.step(COUNT);
                    long lives = jobs.countKeys(soFar(listener));
                    ExportHeader header = new ExportHeader(Optional.empty(), asOf, 0);
                    try (StateRun run = jobs.keys(asOf)) {
                        return write(run, run::counters, header, lives, listener);
                    }
                });
    }

    private static LongConsumer soFar(StepListener listener) {
        return done -> listener.at(done, StepListener.UNKNOWN);
    }

    private interface Work {
        Exported with(StateJobs jobs) throws Exception;
    }

    private Exported inWork(List<String> uids, Work exporting) throws IOException {
        requireSpace(savepoint.bytes(uids));
        Path scratch = work.resolve(target.getFileName() + SCRATCH_SUFFIX);
        FileUtils.deleteDirectory(scratch.toFile()); // of an export that was killed
        Files.createDirectories(scratch);
        // What closing throws comes with the failure, if there is one, and does not hide it.
        try (Removal removal = () -> remove(scratch)) {
            return exporting.with(new StateJobs(savepoint, scratch, parallelism));
        } catch (NearstreamException told) {
            throw told;
        } catch (InterruptedException | ClosedByInterruptException interrupted) {
            Thread.currentThread().interrupt();
            throw new NearstreamException("The export was interrupted.", interrupted);
        } catch (Exception failure) {
            throw new NearstreamException(
                    ExportFailures.message(failure, savepoint.dir(), work, target), failure);
        }
    }

    private interface Removal extends AutoCloseable {
        @Override
        void close();
    }

    private static void remove(Path scratch) {
        try {
            FileUtils.deleteDirectory(scratch.toFile());
        } catch (IOException failure) {
            throw new NearstreamException(
                    "The scratch directory %s could not be removed (%s): remove it."
                            .formatted(scratch, failure.getMessage()),
                    failure);
        }
    }

    private void requireSpace(long stateBytes) throws IOException {
        boolean together = space.together(work, target.getParent());
        requireSpace(work, SCRATCH_TIMES * stateBytes + (together ? stateBytes : 0));
        requireSpace(target.getParent(), stateBytes);
    }

    private void requireSpace(Path dir, long needed) throws IOException {
        long usable = space.usable(dir);
        if (usable < needed) {
            throw new NearstreamException(
                    "The export needs about %,d bytes in %s, but %,d are free: make room, or name directories of other disks with --work (scratch files) and --out."
                            .formatted(needed, dir, usable));
        }
    }

    /**
     * Writes the file, if the counts agree.
     *
     * @param counters what was left out, once all records were taken
     * @param lives how many there are, by another count
     */
    Exported write(
            Iterator<byte[]> records,
            Callable<StateRun.Counters> counters,
            ExportHeader header,
            long lives,
            StepListener listener)
            throws Exception {
        try (ExportWriter writer = ExportWriter.create(target, header)) {
            boolean some = records.hasNext(); // until then it gathers
            listener.step(WRITE);
            for (; some; some = records.hasNext()) {
                writer.append(records.next());
                listener.at(writer.written(), lives);
            }
            StateRun.Counters left = counters.call();
            if (writer.written() + left.expired() != lives) {
                throw new NearstreamException(mismatch(header, lives, writer.written(), left));
            }
            Path part = writer.finish();
            listener.step(CHECK);
            long readBack = count(part, header, listener, writer.written());
            if (readBack != writer.written()) {
                throw new NearstreamException(
                        "%,d records of %s were written to %s, but %,d are read back. Nothing was left behind."
                                .formatted(writer.written(), header.what(), target, readBack));
            }
            publish(writer);
            return new Exported(target, readBack, left.expired(), Files.size(target));
        }
    }

    private void publish(ExportWriter writer) throws IOException {
        try {
            writer.publish(overwrite);
        } catch (FileAlreadyExistsException there) {
            throw new NearstreamException(
                    "%s exists: name another with --out, or give --overwrite.".formatted(target),
                    there);
        }
    }

    private String mismatch(ExportHeader header, long lives, long written, StateRun.Counters left) {
        String first = left.first().isEmpty() ? "" : " The first: %s.".formatted(left.first());
        return "The counts of %s do not agree: the savepoint has %,d that live, but %,d came out and %,d have expired. %,d have no vector, %,d lack their payload.%s Nothing was left behind; export from another savepoint, and report this one."
                .formatted(
                        header.what(),
                        lives,
                        written,
                        left.expired(),
                        left.withoutRow(),
                        left.withoutPayload(),
                        first);
    }

    private static long count(Path file, ExportHeader header, StepListener listener, long written)
            throws IOException {
        try (ExportReader<SpecificRecordBase> reader =
                ExportReader.open(file, ExportFormat.schema(header))) {
            Iterator<SpecificRecordBase> records = reader;
            while (records.hasNext()) {
                records.next();
                listener.at(reader.read(), written);
            }
            return reader.read();
        }
    }
}
