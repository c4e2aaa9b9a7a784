package io.nearstream.cli;

import java.nio.file.Path;

/**
 * Chooses where logs go, before the first logger exists. Client commands are quiet: what they have
 * to say is in their own messages. Servers write a file.
 */
final class Logs {
    private static final String CONFIGURATION = "log4j2.configurationFile";
    private static final String DIRECTORY = "nearstream.log.dir";

    private Logs() {}

    static void quiet() {
        choose("nearstream-client-log4j2.properties");
    }

    /** Logs go to {@code nearstream.log} in the directory. */
    static void into(Path directory) {
        System.setProperty(DIRECTORY, directory.toAbsolutePath().toString());
        choose("nearstream-server-log4j2.properties");
    }

    private static void choose(String resource) {
        if (System.getProperty(CONFIGURATION) == null) {
            System.setProperty(CONFIGURATION, "classpath:" + resource);
        }
    }
}
