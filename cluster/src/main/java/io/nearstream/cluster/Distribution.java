package io.nearstream.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The folder that Maven builds and a host runs from: {@code lib/flink}, {@code lib/cli}, {@code
 * jobs/nearstream-jobs.jar}. Immutable.
 *
 * @param home the folder
 */
public record Distribution(Path home) {
    /** Java's property that names the folder; {@code ./nearstream} sets it. */
    public static final String HOME_PROPERTY = "nearstream.home";

    private static final String JOBS = "jobs/nearstream-jobs.jar";

    /**
     * The distribution that this process was started from.
     *
     * @throws IOException when there is none, or it is not whole
     */
    public static Distribution ofThisProcess() throws IOException {
        String home = System.getProperty(HOME_PROPERTY, "");
        if (home.isEmpty()) {
            throw new IOException(
                    "No distribution is known: start with ./nearstream, or give java -D%s=DIR."
                            .formatted(HOME_PROPERTY));
        }
        return at(Path.of(home));
    }

    /**
     * The distribution in a folder.
     *
     * @throws IOException when it is not whole; the message names what is missing
     */
    public static Distribution at(Path home) throws IOException {
        Path absolute = home.toAbsolutePath().normalize();
        for (String part : List.of("lib/flink", "lib/cli", JOBS)) {
            if (!Files.exists(absolute.resolve(part))) {
                throw new IOException(
                        "%s is no distribution of Nearstream: there is no %s. Build it with 'mvn -DskipTests package'."
                                .formatted(absolute, part));
            }
        }
        return new Distribution(absolute);
    }

    /**
     * Class path of JobManagers and TaskManagers. The jobs are on it: a job that comes back finds
     * its classes loaded, and is not refused by a TaskManager that still has another upload of
     * them.
     */
    public String nodeClassPath() {
        return flinkClassPath() + ":" + jobsJar();
    }

    private String flinkClassPath() {
        return home.resolve("lib/flink") + "/*";
    }

    /** Class path of everything else. */
    public String wholeClassPath() {
        return home.resolve("lib/cli") + "/*:" + flinkClassPath();
    }

    /** Both jobs and their libraries. */
    public Path jobsJar() {
        return home.resolve(JOBS);
    }
}
