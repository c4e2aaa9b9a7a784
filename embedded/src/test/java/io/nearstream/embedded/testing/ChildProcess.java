package io.nearstream.embedded.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Java process with the classes of this test, for tests that kill it. */
public final class ChildProcess implements AutoCloseable {
    private static final int END_TIMEOUT_S = 10;

    private final Process process;
    private final BufferedReader output;

    private ChildProcess(Process process) {
        this.process = process;
        output =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts it; both of its outputs are read as one. */
    public static ChildProcess start(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx1g", "--add-modules", "jdk.incubator.vector"));
        command.add("--add-opens=java.base/java.util=ALL-UNNAMED");
        command.add(
                "-Dlog4j.configurationFile=" + System.getProperty("log4j.configurationFile", ""));
        command.add("-cp");
        command.add(
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new ChildProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /**
     * The rest of the first line that starts so; the output so far is in the failure if none does.
     */
    public String awaitLine(String prefix) throws IOException {
        List<String> seen = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(prefix)) {
                return line.substring(prefix.length());
            }
            seen.add(line);
        }
        throw new AssertionError(
                "The process ended without a line '%s'. It said:%n%s"
                        .formatted(prefix, String.join(System.lineSeparator(), seen)));
    }

    /** What it says until it ends by itself, and its exit code behind it. */
    public Ended awaitEnd() throws IOException {
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
        }
        return new Ended(
                process.onExit().orTimeout(END_TIMEOUT_S, TimeUnit.SECONDS).join().exitValue(),
                said.toString());
    }

    /**
     * How a process ended.
     *
     * @param code its exit code
     * @param said its output since it was last looked at
     */
    public record Ended(int code, String said) {}

    /** SIGKILL, and waits until the process is gone. */
    public void kill() {
        process.destroyForcibly().onExit().orTimeout(END_TIMEOUT_S, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() throws IOException {
        kill();
        output.close();
    }
}
