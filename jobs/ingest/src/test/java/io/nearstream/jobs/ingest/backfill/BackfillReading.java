package io.nearstream.jobs.ingest.backfill;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.jobs.common.config.BackfillOptions;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.ingest.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;

/** Files of a directory as a backfill of a collection that was created a while ago. */
final class BackfillReading {
    static final long CREATED = 1_000_000;
    static final long NOW = 9_000_000;
    static final int ROWS = 100;
    static final RetainedWrites ALL = OptionalLong::empty;

    final Configuration config = new Configuration();
    private final Path dir;

    BackfillReading(Path dir) {
        this.dir = dir;
    }

    Path rows(String name) throws IOException {
        return rows(name, ROWS, 0);
    }

    /** Rows of which each ends with that byte. */
    Path rows(String name, int rows, int last) throws IOException {
        int bytes = 4 + Samples.VECTOR.length;
        byte[] content = new byte[rows * bytes];
        for (int at = 0; at < content.length; at += bytes) {
            content[at] = (byte) Samples.VECTOR.length;
            System.arraycopy(Samples.VECTOR, 0, content, at + 4, Samples.VECTOR.length);
            content[at + bytes - 1] = (byte) last;
        }
        return Files.write(dir.resolve(name), content);
    }

    Backfill read(Path file, EarlierState from) throws Exception {
        return read(file, ALL, from);
    }

    Backfill read(Path file, RetainedWrites retained, EarlierState from) throws Exception {
        return read(file, Samples.COLORS, retained, from);
    }

    Backfill read(Path file, CollectionSettings to, RetainedWrites retained, EarlierState from)
            throws Exception {
        config.set(BackfillOptions.FILES, List.of(file.toString()));
        config.set(BackfillOptions.COLLECTION, to.name());
        TestingDirectory directory = new TestingDirectory().create(to, CREATED);
        return Backfill.read(config, directory.provider(), retained, from, NOW).orElseThrow();
    }

    BackfillReading asOf(long time) {
        config.set(BackfillOptions.AS_OF, Instant.ofEpochMilli(time).toString());
        return this;
    }

    static EarlierState begun(String... uids) {
        return new EarlierState(true, Optional.of(List.of(uids)), List.of());
    }

    static EarlierState ended(String... uids) {
        return new EarlierState(true, Optional.of(List.of(uids)), List.of(uids));
    }

    /** What a JobManager assigns to the one reader that there is. */
    static List<FileSourceSplit> splits(Backfill backfill) throws Exception {
        Assignments assignments = new Assignments();
        try (var enumerator =
                backfill.writes().source(backfill.files()).createEnumerator(assignments)) {
            enumerator.start();
            while (!assignments.ended) {
                enumerator.handleSplitRequest(0, "here");
            }
            return assignments.splits;
        }
    }

    static FileSourceSplit split(Backfill backfill) throws Exception {
        List<FileSourceSplit> splits = splits(backfill);
        if (splits.size() != 1) {
            throw new AssertionError("one file is one split, but were " + splits);
        }
        return splits.get(0);
    }

    static RawRecord first(BulkFormat.Reader<RawRecord> opened) throws IOException {
        try (BulkFormat.Reader<RawRecord> reader = opened) {
            return reader.readBatch().next().getRecord();
        }
    }
}
