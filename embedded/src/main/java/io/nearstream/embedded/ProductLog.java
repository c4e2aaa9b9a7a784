package io.nearstream.embedded;

import java.nio.file.Path;
import java.util.Optional;
import org.apache.logging.log4j.core.LoggerContext;

/** Where the log of this process goes; the console stays the command's. */
public final class ProductLog {
    /** System property that names the log's directory. */
    public static final String DIRECTORY_PROPERTY = "nearstream.log.dir";

    private static final String FILE = "nearstream.log";

    private ProductLog() {}

    /** Sends the log to {@code nearstream.log} in that directory from now on. */
    public static void writeTo(Path dir) {
        System.setProperty(DIRECTORY_PROPERTY, dir.toAbsolutePath().toString());
        LoggerContext.getContext(false).reconfigure();
    }

    /** The log file, if a directory was named. */
    static Optional<Path> file() {
        return Optional.ofNullable(System.getProperty(DIRECTORY_PROPERTY))
                .map(dir -> Path.of(dir, FILE));
    }
}
