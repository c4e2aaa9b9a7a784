package io.nearstream.bench.compare;

import io.nearstream.bench.peer.InProcessPlan;
import io.nearstream.bench.peer.SystemRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program that measures one system and writes a {@link SystemRun}.
 *
 * @param command the program; {@code OUT DIR PLAN...} is appended
 * @param patience how long it may take
 */
record PeerProcess(List<String> command, Duration patience) {
    private static final int TAIL_CHARACTERS = 600;

    /** Java says this on every start. */
    private static final String ANNOUNCEMENT =
            "WARNING: Using incubator modules: jdk.incubator.vector";

    PeerProcess {
        command = List.copyOf(command);
    }

    /**
     * Runs it to its end; an interrupt ends it.
     *
     * @param dir an empty directory
     * @throws IOException if it fails, with the last words that it left
     */
    SystemRun run(InProcessPlan plan, Path dir) throws IOException, InterruptedException {
        Path out = dir.resolve("run.json");
        Path log = dir.resolve("log.txt");
        List<String> all = new ArrayList<>(command);
        all.add(out.toString());
        all.add(Files.createDirectories(dir.resolve("index")).toString());
        all.addAll(plan.arguments());
        Process process = start(all, log);
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        "%s did not end within %s: %s"
                                .formatted(plan.system(), patience, tail(log)));
            }
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0 || !Files.exists(out)) {
            throw new IOException(
                    "%s failed with code %d: %s"
                            .formatted(plan.system(), process.exitValue(), tail(log)));
        }
        SystemRun run = SystemRun.parse(Files.readString(out));
        if (!run.system().equals(plan.system())) {
            throw new IOException(
                    "The process was to measure %s, but measured %s."
                            .formatted(plan.system(), run.system()));
        }
        return run;
    }

    /** Starts a program whose output goes to a file. */
    static Process start(List<String> command, Path log) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** The end of what a program said, in one line. */
    static String tail(Path log) throws IOException {
        if (!Files.exists(log)) {
            return "it said nothing";
        }
        String said =
                new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                        .replace(ANNOUNCEMENT, "")
                        .strip();
        String end = said.substring(Math.max(0, said.length() - TAIL_CHARACTERS));
        return end.isEmpty() ? "it said nothing" : end.replaceAll("\\s+", " ");
    }
}
