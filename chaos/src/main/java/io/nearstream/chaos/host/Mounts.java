package io.nearstream.chaos.host;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * File systems that are mounted for a run: small ones in memory, and read-only views of a folder
 * over itself. Closing takes all of them away. Needs root. Thread-safe.
 */
public final class Mounts implements Closeable {
    private final Deque<Path> mounted = new ArrayDeque<>();
    private final Deque<Path> covered = new ArrayDeque<>();

    /**
     * Mounts an empty file system in memory.
     *
     * @param dir created if it is missing; what is in it is hidden
     * @param bytes that fit into it
     */
    public synchronized void tmpfs(Path dir, long bytes) throws IOException, InterruptedException {
        Files.createDirectories(dir);
        Commands.run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "nearstream-chaos", "" + dir);
        mounted.push(dir);
    }

    /**
     * Lets nobody open a file under a folder for writing. Files that are open for writing stay so:
     * a file system that has such files cannot itself be made read-only.
     */
    synchronized void cover(Path dir) throws IOException, InterruptedException {
        Commands.run("mount", "--bind", "" + dir, "" + dir);
        covered.push(dir);
        Commands.run("mount", "-o", "remount,bind,ro", "" + dir);
    }

    /** Undoes every {@link #cover}. */
    synchronized void uncover() throws IOException, InterruptedException {
        unmount(covered);
    }

    private static void unmount(Deque<Path> dirs) throws IOException, InterruptedException {
        while (!dirs.isEmpty()) {
            // Lazily: whoever has a file of it open keeps that, and nobody finds it any more.
            Commands.run("umount", "-l", "" + dirs.peek());
            dirs.pop();
        }
    }

    /** Takes everything away that was mounted. */
    @Override
    public synchronized void close() throws IOException {
        try {
            unmount(covered);
            unmount(mounted);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted; still mounted: " + mounted + covered, interrupted);
        }
    }
}
