package io.nearstream.bench.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program that measures one system and leaves a report.
 *
 * @param command the program; {@code OUT DIR ARGUMENTS...} is appended
 * @param patience how long it may take
 */
public record PeerProcess(List<String> command, Duration patience) {
    private static final int TAIL_CHARACTERS = 600;

    /** Java says this on every start. */
    private static final String ANNOUNCEMENT =
            "WARNING: Using incubator modules: jdk.incubator.vector";

    public PeerProcess {
        command = List.copyOf(command);
    }

    /**
     * Runs {@link InProcessMain} to its end; an interrupt ends it.
     *
     * @param dir an empty directory
     * @throws IOException if it fails, with the last words that it left
     */
    public SystemRun run(InProcessPlan plan, Path dir) throws IOException, InterruptedException {
        SystemRun run = SystemRun.parse(report(plan.system(), plan.arguments(), dir));
        if (!run.system().equals(plan.system())) {
            throw new IOException(
                    "The process was to measure %s, but measured %s."
                            .formatted(plan.system(), run.system()));
        }
        return run;
    }

    /**
     * Runs it to its end; an interrupt ends it.
     *
     * @param system what it measures, for messages
     * @param dir an empty directory
     * @return what it wrote into OUT
     * @throws IOException if it fails, with the last words that it left
     */
    public String report(String system, List<String> arguments, Path dir)
            throws IOException, InterruptedException {
        Path out = dir.resolve("run.json");
        Path log = dir.resolve("log.txt");
        List<String> all = new ArrayList<>(command);
        all.add(out.toString());
        all.add(Files.createDirectories(dir.resolve("index")).toString());
        all.addAll(arguments);
        Process process = start(all, log);
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        "%s did not end within %s: %s".formatted(system, patience, tail(log)));
            }
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0 || !Files.exists(out)) {
            throw new IOException(
                    "%s failed with code %d: %s".formatted(system, process.exitValue(), tail(log)));
        }
        return Files.readString(out);
    }

    /** Starts a program whose output goes to a file. */
    public static Process start(List<String> command, Path log) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** The end of what a program said, in one line. */
    public static String tail(Path log) throws IOException {
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
