package io.nearstream.chaos.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs short commands of the operating system. */
final class Commands {
    private static final long LIMIT_SECONDS = 20;

    private Commands() {}

    /**
     * Runs a command to its end.
     *
     * @throws IOException when there is no such command, it fails or takes longer than 20 s; the
     *     message has what it said
     */
    static void run(String... command) throws IOException, InterruptedException {
        Path said = Files.createTempFile("nearstream-command", ".out");
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(said.toFile())
                            .start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(
                        "'%s' has not ended after %d s."
                                .formatted(String.join(" ", command), LIMIT_SECONDS));
            }
            if (process.exitValue() != 0) {
                throw new IOException(
                        "'%s' ended with %d: %s"
                                .formatted(
                                        String.join(" ", List.of(command)),
                                        process.exitValue(),
                                        Files.readString(said, StandardCharsets.UTF_8).strip()));
            }
        } finally {
            Files.delete(said);
        }
    }
}
