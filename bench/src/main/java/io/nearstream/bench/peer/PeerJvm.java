package io.nearstream.bench.peer;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Java for processes that are measured.
 *
 * @param java the program
 * @param classPath what it runs
 */
public record PeerJvm(Path java, String classPath) {
    private static final List<String> MODULES =
            List.of(
                    "--add-modules",
                    "jdk.incubator.vector",
                    "--enable-native-access=ALL-UNNAMED",
                    "--add-opens=java.base/java.util=ALL-UNNAMED");

    /** What this process runs on, and runs. */
    public static PeerJvm own() {
        return new PeerJvm(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"));
    }

    /**
     * The Java of a JDK with the jars of {@code bench/peers}, as {@code target} holds them after a
     * build.
     *
     * @throws AbsentException if either is missing, saying how to get it
     */
    public static PeerJvm peers(Optional<Path> jdk, Optional<Path> target) throws AbsentException {
        if (jdk.isEmpty()) {
            throw new AbsentException(
                    "no JDK of 21 or later was found: name one in NEARSTREAM_PEERS_JDK");
        }
        Path java = jdk.get().resolve("bin").resolve("java");
        if (!Files.isExecutable(java)) {
            throw new AbsentException("there is no program " + java);
        }
        List<String> jars = new ArrayList<>();
        if (target.isPresent()) {
            addJars(target.get(), jars);
            addJars(target.get().resolve("lib"), jars);
        }
        if (jars.isEmpty()) {
            throw new AbsentException(
                    "bench/peers is not built: mvn -DskipTests -Dnearstream.peers.jdk=%s package"
                            .formatted(jdk.get()));
        }
        jars.add(0, System.getProperty("java.class.path"));
        return new PeerJvm(java, String.join(File.pathSeparator, jars));
    }

    private static void addJars(Path directory, List<String> jars) throws AbsentException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*.jar")) {
            found.forEach(jar -> jars.add(jar.toString()));
        } catch (IOException unreadable) {
            throw new AbsentException("%s cannot be read: %s".formatted(directory, unreadable));
        }
    }

    /**
     * The command that runs a class.
     *
     * @param memoryMb limit of its heap
     */
    public List<String> command(int memoryMb, List<String> options, Class<?> main) {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(MODULES);
        command.add("-Xms%dm".formatted(memoryMb));
        command.add("-Xmx%dm".formatted(memoryMb));
        // As ours: no system pays for the first touch of its heap while a clock runs.
        command.add("-XX:+AlwaysPreTouch");
        command.add("-XX:+UseG1GC");
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main.getName()));
        return command;
    }
}
