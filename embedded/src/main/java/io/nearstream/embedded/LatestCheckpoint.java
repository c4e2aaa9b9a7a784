package io.nearstream.embedded;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the checkpoint from which a job goes on: the highest {@code chk-N} of its directory whose
 * metadata can be read. A checkpoint that was under way when the process died has no metadata.
 */
final class LatestCheckpoint {
    private static final Logger LOG = LoggerFactory.getLogger(LatestCheckpoint.class);
    private static final String PREFIX = "chk-";
    private static final String METADATA = "_metadata";

    private LatestCheckpoint() {}

    /**
     * The newest usable checkpoint below {@code jobDir}, if there is one.
     *
     * @throws IOException when the directory cannot be listed
     */
    static Optional<Path> in(Path jobDir) throws IOException {
        if (!Files.isDirectory(jobDir)) {
            return Optional.empty();
        }
        try (Stream<Path> entries = Files.list(jobDir)) {
            List<Path> newestFirst =
                    entries.filter(entry -> number(entry) >= 0)
                            .sorted(Comparator.comparingLong(LatestCheckpoint::number).reversed())
                            .toList();
            return newestFirst.stream().filter(LatestCheckpoint::isReadable).findFirst();
        }
    }

    /** N of {@code chk-N}, or -1. */
    private static long number(Path entry) {
        String name = entry.getFileName().toString();
        return name.matches(PREFIX + "\\d{1,18}")
                ? Long.parseLong(name.substring(PREFIX.length()))
                : -1;
    }

    private static boolean isReadable(Path checkpoint) {
        Path metadata = checkpoint.resolve(METADATA);
        if (!Files.exists(metadata)) {
            return false;
        }
        try (DataInputStream in = new DataInputStream(Files.newInputStream(metadata))) {
            Checkpoints.loadCheckpointMetadata(
                    in, LatestCheckpoint.class.getClassLoader(), checkpoint.toUri().toString());
            return true;
        } catch (IOException e) {
            LOG.warn("Passing over {}: its metadata cannot be read.", checkpoint, e);
            return false;
        }
    }
}
