package io.nearstream.jobs.common.files;

import io.nearstream.formats.VectorFile;
import io.nearstream.formats.VectorRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.reader.BulkFormat;
import org.apache.flink.connector.file.src.util.ArrayResultIterator;
import org.apache.flink.connector.file.src.util.CheckpointedPosition;

/**
 * Vector files as a bounded source: each file is one split, read in order; a subclass says what
 * becomes of the rows. A checkpoint holds how many records were emitted, and a reader that is
 * restored reads the file again up to there. Files must be readable under the same path on every
 * TaskManager, and must not change while they are read. Thread-safe; readers are not.
 *
 * @param <T> what the source emits
 */
public abstract class VectorFileFormat<T> implements BulkFormat<T, FileSourceSplit> {
    private static final long serialVersionUID = 1L;

    /** Records that the reading thread hands over at once. */
    private final int batch;

    /**
     * @param batch records that are handed over at once, 1 or more; some batches are in memory
     */
    protected VectorFileFormat(int batch) {
        this.batch = batch;
    }

    /**
     * The next record: of the next row, or of several.
     *
     * @param file that is read
     * @param rows stand before the next row; sets take as many places as they have numbers
     * @return null after the last row
     */
    @Nullable
    protected abstract T read(Path file, VectorRows rows) throws IOException;

    /**
     * Passes over the rows of the next record, which was emitted before a failure. Whoever makes a
     * record of each row need not make it again.
     *
     * @return false after the last row
     */
    protected boolean pass(Path file, VectorRows rows) throws IOException {
        return read(file, rows) != null;
    }

    /**
     * A source of files, in no certain order where there are several. Only who reads a file needs
     * it: a source that goes on from state does without those that it has read to their ends.
     */
    public final FileSource<T> source(List<Path> files) {
        NamedFiles splits = NamedFiles.of(files);
        org.apache.flink.core.fs.Path[] paths =
                files.stream()
                        .map(file -> new org.apache.flink.core.fs.Path(file.toUri()))
                        .toArray(org.apache.flink.core.fs.Path[]::new);
        return FileSource.forBulkFileFormat(this, paths).setFileEnumerator(() -> splits).build();
    }

    @Override
    public final Reader<T> createReader(Configuration config, FileSourceSplit split)
            throws IOException {
        return open(split, 0);
    }

    @Override
    public final Reader<T> restoreReader(Configuration config, FileSourceSplit split)
            throws IOException {
        return open(
                split,
                split.getReaderPosition()
                        .map(CheckpointedPosition::getRecordsAfterOffset)
                        .orElse(0L));
    }

    private RowsReader open(FileSourceSplit split, long emitted) throws IOException {
        Path file = Path.of(split.path().toUri().getPath());
        requireUnchanged(file, split.fileSize());
        RowsReader reader = new RowsReader(file, VectorFile.rows(file));
        try {
            reader.skip(emitted);
            return reader;
        } catch (IOException | RuntimeException failure) {
            reader.close();
            throw failure;
        }
    }

    /**
     * @param bytes its length when the job was made; 0 where it was gone
     */
    private static void requireUnchanged(Path file, long bytes) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(
                    file.toString(),
                    null,
                    "it has not been read to its end, and must be there, on every TaskManager, until it has");
        }
        if (bytes > 0 && Files.size(file) != bytes) {
            throw new IOException(
                    "%s had %d bytes when the job was submitted, and has %d now. A file that is read must not change."
                            .formatted(file, bytes, Files.size(file)));
        }
    }

    @Override
    public final boolean isSplittable() {
        return false;
    }

    private final class RowsReader implements Reader<T> {
        private final Path file;
        private final VectorRows rows;
        private long emitted;

        RowsReader(Path file, VectorRows rows) {
            this.file = file;
            this.rows = rows;
        }

        void skip(long records) throws IOException {
            while (emitted < records) {
                if (!pass(file, rows)) {
                    throw new IOException(
                            "%s: %d records were read of it, but now it holds %d. A file that is read must not change."
                                    .formatted(file, records, emitted));
                }
                emitted++;
            }
        }

        @Override
        @Nullable
        public RecordIterator<T> readBatch() throws IOException {
            @SuppressWarnings("unchecked")
            T[] records = (T[]) new Object[batch];
            int count = 0;
            while (count < batch) {
                T next = read(file, rows);
                if (next == null) {
                    break;
                }
                records[count++] = next;
            }
            if (count == 0) {
                return null;
            }
            ArrayResultIterator<T> iterator = new ArrayResultIterator<>();
            iterator.set(records, count, CheckpointedPosition.NO_OFFSET, emitted);
            emitted += count;
            return iterator;
        }

        @Override
        public void close() throws IOException {
            rows.close();
        }
    }
}
