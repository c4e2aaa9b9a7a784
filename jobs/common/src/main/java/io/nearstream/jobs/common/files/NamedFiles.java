package io.nearstream.jobs.common.files;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.apache.flink.connector.file.src.enumerate.FileEnumerator;

/**
 * One split for each file, as it was when the job was made. Flink asks for them whenever a job
 * starts that does not say which are left, also for a source that has long ended: so nothing is
 * looked for here, and a file is only missed by the one who is to read it. Immutable.
 */
final class NamedFiles implements FileEnumerator, Serializable {
    private static final long serialVersionUID = 1L;

    private final List<Named> files;

    /**
     * @param bytes its length; 0 for a file that was gone already, because it has been read
     */
    private record Named(String file, long bytes) implements Serializable {
        static Named of(Path file) {
            try {
                return new Named(
                        file.toUri().toString(), Files.exists(file) ? Files.size(file) : 0);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
    }

    private NamedFiles(List<Named> files) {
        this.files = files;
    }

    static NamedFiles of(List<Path> files) {
        return new NamedFiles(files.stream().map(Named::of).toList());
    }

    @Override
    public Collection<FileSourceSplit> enumerateSplits(
            org.apache.flink.core.fs.Path[] paths, int desired) {
        Collection<FileSourceSplit> splits = new ArrayList<>();
        for (Named named : files) {
            splits.add(
                    new FileSourceSplit(
                            "%010d".formatted(splits.size() + 1),
                            new org.apache.flink.core.fs.Path(URI.create(named.file())),
                            0,
                            named.bytes(),
                            0,
                            named.bytes()));
        }
        return splits;
    }
}
