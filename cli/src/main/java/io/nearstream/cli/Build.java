package io.nearstream.cli;

import io.nearstream.cluster.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which build runs. Immutable.
 *
 * @param id of the commit; {@code unknown} where it was not built from a repository, with {@code
 *     -dirty} behind it where the files had changes that are in no commit
 */
record Build(String id) {
    private static final String UNKNOWN = "unknown";
    private static final String CHANGED = "-dirty";
    private static final String FILE = "commit";

    /** What Maven wrote into the distribution when it was built. */
    static Build ofThisProcess() throws IOException {
        return in(Distribution.ofThisProcess().home());
    }

    static Build in(Path home) throws IOException {
        Path file = home.resolve(FILE);
        String id = Files.exists(file) ? Files.readString(file).strip() : "";
        return new Build(id.isEmpty() ? UNKNOWN : id);
    }

    /** Whether the id stands for one build only. */
    boolean isCommitted() {
        return !id.equals(UNKNOWN) && !id.endsWith(CHANGED);
    }
}
