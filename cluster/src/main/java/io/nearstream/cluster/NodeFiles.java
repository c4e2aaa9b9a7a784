package io.nearstream.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;

/** The files of one node's configuration, and what every JVM of a cluster is started with. */
final class NodeFiles {
    private static final String LOG_CONFIGURATION = "node-log4j2.properties";

    private final ClusterLayout layout;
    private final String name;

    /** Creates the node's folders. */
    NodeFiles(ClusterLayout layout, String name) throws IOException {
        NodePlan.requireName(name);
        this.layout = layout;
        this.name = name;
        try (InputStream in = NodeFiles.class.getResourceAsStream(LOG_CONFIGURATION)) {
            Files.createDirectories(layout.conf(name));
            Files.createDirectories(layout.log(name).getParent());
            Files.copy(
                    Objects.requireNonNull(in, LOG_CONFIGURATION),
                    layout.conf(name).resolve(LOG_CONFIGURATION),
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw notWritten(failure);
        }
    }

    /** Writes a file into the folder of the node's configuration. */
    Path write(String file, List<String> lines) throws IOException {
        Path target = layout.conf(name).resolve(file);
        try {
            return Files.write(target, lines, StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw notWritten(failure);
        }
    }

    /** A full disk does not say where it is. */
    private IOException notWritten(IOException failure) {
        return new IOException(
                "Cannot write the configuration of %s into %s: %s"
                        .formatted(name, layout.conf(name), failure.getMessage()),
                failure);
    }

    Path conf() {
        return layout.conf(name);
    }

    /** The same Java that runs this. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /**
     * Java's options for the node's log. Flink would see a property {@code log.file} and move the
     * logs of RocksDB beside it, under names made of their whole paths: where these are longer than
     * a file's name may be, no state can be restored.
     */
    List<String> logging() {
        return List.of(
                "-Dnearstream.log=" + layout.log(name),
                "-Dlog4j2.configurationFile="
                        + layout.conf(name).resolve(LOG_CONFIGURATION).toUri());
    }
}
