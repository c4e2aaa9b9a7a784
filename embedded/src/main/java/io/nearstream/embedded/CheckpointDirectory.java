package io.nearstream.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.util.AbstractID;
import org.apache.flink.util.FileUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one job as they lie on disk: {@code chk-N} with a checkpoint's own files,
 * {@code shared} with those of several. Read at any time: while the job runs, Flink owns the
 * directory, and removes a checkpoint when enough newer ones are complete; one that goes while it
 * is looked at is passed over. Changed only before the job starts.
 */
final class CheckpointDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointDirectory.class);
    private static final String PREFIX = "chk-";
    private static final String SHARED = "shared";
    private static final String METADATA = "_metadata";

    private final Path dir;

    CheckpointDirectory(Path dir) {
        this.dir = dir;
    }

    /**
     * The checkpoint with the highest number whose metadata can be read and whose files are all
     * there, in their length. One that was under way when the process died has no metadata.
     */
    Optional<Path> newest() throws IOException {
        return whole(newestFirst());
    }

    /** The checkpoint with the highest number that was completed once, damaged or not. */
    Optional<Path> newestCompleted() throws IOException {
        return newestFirst().stream()
                .filter(checkpoint -> Files.exists(checkpoint.resolve(METADATA)))
                .findFirst();
    }

    private static Optional<Path> whole(List<Path> checkpoints) {
        for (Path checkpoint : checkpoints) {
            if (isUsable(checkpoint)) {
                return Optional.of(checkpoint);
            }
        }
        return Optional.empty();
    }

    /**
     * Removes what a killed process left behind: checkpoints beside the one that the job goes on
     * from, and shared files that it does not need. Flink would never remove them.
     */
    void keepOnly(Path checkpoint) throws IOException {
        CheckpointFiles needed = CheckpointFiles.read(checkpoint);
        for (Path other : newestFirst()) {
            if (!other.equals(checkpoint)) {
                FileUtils.deleteDirectory(other.toFile());
            }
        }
        for (Path file : list(dir.resolve(SHARED))) {
            if (!needed.needs(file)) {
                Files.delete(file);
            }
        }
    }

    /** Moves everything out of the way of a job that starts from elsewhere. */
    void putAside() throws IOException {
        if (!newestFirst().isEmpty()) {
            Path aside = dir.resolveSibling("superseded-" + new AbstractID());
            Files.move(dir, aside);
            LOG.warn("The checkpoints in {} are not used; they are now in {}.", dir, aside);
        }
    }

    private List<Path> newestFirst() throws IOException {
        return list(dir).stream()
                .filter(entry -> number(entry) >= 0)
                .sorted(Comparator.comparingLong(CheckpointDirectory::number).reversed())
                .toList();
    }

    private static List<Path> list(Path dir) throws IOException {
        if (!Files.isDirectory(dir)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(dir)) {
            return entries.toList();
        }
    }

    /** N of {@code chk-N}, or -1. */
    private static long number(Path entry) {
        String name = entry.getFileName().toString();
        return name.matches(PREFIX + "\\d{1,18}")
                ? Long.parseLong(name.substring(PREFIX.length()))
                : -1;
    }

    private static boolean isUsable(Path checkpoint) {
        try {
            CheckpointFiles.read(checkpoint);
            return true;
        } catch (IOException e) {
            LOG.info("Passing over {}: {}", checkpoint, e.toString());
            return false;
        }
    }
}
