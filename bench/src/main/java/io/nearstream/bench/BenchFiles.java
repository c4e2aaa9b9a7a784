package io.nearstream.bench;

import io.nearstream.formats.TruthFile;
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
     * Fails early on what would only be noticed after a long run. Of the truth only the form is
     * looked at: nothing may know it before the last answer has come.
     *
     * @param k neighbours that will be judged, at least 1
     * @throws IOException that names the file
     */
    public void requireReadable(int k) throws IOException {
        for (Path file : new Path[] {base, query, truth}) {
            if (!Files.isReadable(file) || Files.isDirectory(file)) {
                throw new IOException(file + ": there is no such file, or it cannot be read.");
            }
        }
        int depth = TruthFile.depthOf(truth);
        if (depth < k) {
            throw new IOException(
                    "%s knows %d neighbours per query: --k must be between 1 and %d with it, but was %d."
                            .formatted(truth, depth, depth, k));
        }
    }
}
