package io.nearstream.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of a data set.
 *
 * @param base vectors to load; a row's number is its id
 * @param query vectors to ask for
 * @param truth for each query the true neighbours' row numbers, nearest first
 */
public record BenchFiles(Path base, Path query, Path truth) {
    /**
     * Fails early on what would only be noticed after a long run. The truth is not opened: nothing
     * may know it before the last answer has come.
     */
    void requireReadable() throws IOException {
        for (Path file : new Path[] {base, query, truth}) {
            if (!Files.isReadable(file) || Files.isDirectory(file)) {
                throw new IOException(file + ": there is no such file, or it cannot be read.");
            }
        }
    }
}
