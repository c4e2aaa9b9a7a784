package io.nearstream.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import javax.annotation.Nullable;

/**
 * Keeps a directory for one owner: a second process, or a second owner in this one, is told so
 * instead of harming the first one's files. The operating system releases the lock of a killed
 * process.
 */
public final class DirectoryLock implements AutoCloseable {
    private static final String NAME = ".nearstream.lock";

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Locks the directory, which is created when absent.
     *
     * @throws IOException when it is in use or cannot be written; the message names it
     */
    public static DirectoryLock acquire(Path dir) throws IOException {
        Files.createDirectories(dir);
        FileChannel channel =
                FileChannel.open(
                        dir.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            channel.close();
            throw new IOException(
                    "Directory %s is in use by another Nearstream; stop it or choose another '--dir'."
                            .formatted(dir));
        }
        return new DirectoryLock(channel);
    }

    @Nullable
    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // this JVM holds it
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot release the lock of a directory.", e);
        }
    }
}
