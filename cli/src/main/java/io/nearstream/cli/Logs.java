package io.nearstream.cli;

import io.nearstream.embedded.ProductLog;
import java.nio.file.Path;

/**
 * Chooses where logs go, before the first logger exists. Client commands are quiet: what they have
 * to say is in their own messages. Servers write a file.
 */
final class Logs {
    private static final String CONFIGURATION = "log4j2.configurationFile";

    private Logs() {}

    static void quiet() {
        if (System.getProperty(CONFIGURATION) == null) {
            System.setProperty(CONFIGURATION, "classpath:nearstream-client-log4j2.properties");
        }
    }

    /** Logs go to {@code nearstream.log} in the directory. */
    static void into(Path directory) {
        ProductLog.writeTo(directory);
    }
}
