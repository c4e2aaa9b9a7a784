package io.nearstream.jobs.batch.out;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The files that a run leaves: written beside their names, and moved there by {@link #commit}, when
 * they are complete and on the disk. What is closed without that leaves nothing behind; a process
 * that is killed leaves {@code NAME.incomplete}, which the next run overwrites. Not thread-safe.
 */
public final class OutputFiles implements AutoCloseable {
    private static final String INCOMPLETE = ".incomplete";

    private final List<Path> files;
    private final boolean overwrite;
    private boolean committed;

    private OutputFiles(List<Path> files, boolean overwrite) {
        this.files = files;
        this.overwrite = overwrite;
    }

    /**
     * Says now, and not after minutes of work, that a file cannot be written.
     *
     * @param files that will be there in the end
     * @param overwrite whether they may be there before
     * @param inputs of the run: never replaced, whatever they are called and whoever asks for it
     */
    public static OutputFiles claim(List<Path> files, boolean overwrite, List<Path> inputs)
            throws IOException {
        for (Path file : files) {
            Path parent = file.toAbsolutePath().getParent();
            if (!Files.isDirectory(parent)) {
                throw new IOException("--out: there is no directory " + parent + ".");
            }
            if (Files.isDirectory(file)) {
                throw new IOException(
                        "--out must be a file, but %s is a directory.".formatted(file));
            }
            for (Path input : inputs) {
                if (same(file, input) || same(incomplete(file), input)) {
                    throw new IOException(
                            "--out: %s would replace %s, which this run reads. Name another file."
                                    .formatted(file, input));
                }
            }
            if (!overwrite && Files.exists(file)) {
                throw new IOException(
                        "--out: %s exists already. Remove it, name another one, or say --overwrite."
                                .formatted(file));
            }
        }
        return new OutputFiles(List.copyOf(files), overwrite);
    }

    /** Links included; a file that is not there is no other's. */
    private static boolean same(Path file, Path input) throws IOException {
        return Files.exists(file) && Files.exists(input) && Files.isSameFile(file, input);
    }

    /** The files as they will be called. */
    public List<Path> files() {
        return files;
    }

    /** Where the content of a file is written meanwhile. */
    public static Path incomplete(Path file) {
        return file.resolveSibling(file.getFileName() + INCOMPLETE);
    }

    /**
     * Gives the files their names, one after the other. They are complete, and closed.
     *
     * @throws IOException if it cannot; says which have their names, where some have
     */
    public void commit() throws IOException {
        for (Path file : files) {
            try (FileChannel content =
                    FileChannel.open(incomplete(file), StandardOpenOption.WRITE)) {
                content.force(true);
            }
            if (!overwrite && Files.exists(file)) {
                throw new FileAlreadyExistsException(
                        file.toString(), null, "came into being during the run");
            }
        }
        List<Path> moved = new ArrayList<>();
        for (Path file : files) {
            try {
                Files.move(incomplete(file), file, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException failure) {
                if (moved.isEmpty()) {
                    throw failure;
                }
                throw new IOException(
                        "--out: %s is of this run, but %s is not, and does not fit it: %s. Run again with --overwrite."
                                .formatted(moved, file, failure.getMessage()),
                        failure);
            }
            moved.add(file);
        }
        committed = true;
    }

    @Override
    public void close() throws IOException {
        if (committed) {
            return;
        }
        List<IOException> failures = new ArrayList<>();
        for (Path file : files) {
            try {
                Files.deleteIfExists(incomplete(file));
            } catch (IOException failure) {
                failures.add(failure);
            }
        }
        if (!failures.isEmpty()) {
            throw failures.get(0);
        }
    }
}
