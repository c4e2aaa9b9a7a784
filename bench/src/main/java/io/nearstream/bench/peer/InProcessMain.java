package io.nearstream.bench.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Measures one system in this process: {@code OUT DIR PLAN...}. Writes a {@link SystemRun} into
 * OUT; works in the empty directory DIR. Ends with 0, or with 1 and a line about what went wrong.
 */
public final class InProcessMain {
    private InProcessMain() {}

    /** Runs one plan. */
    public static void main(String[] arguments) {
        try {
            List<String> all = Arrays.asList(arguments);
            InProcessPlan plan = InProcessPlan.of(all.subList(2, all.size()));
            SystemRun run = InProcessRun.of(plan, Path.of(all.get(1)));
            Files.writeString(Path.of(all.get(0)), run.json(), StandardCharsets.UTF_8);
        } catch (IOException | RuntimeException | InterruptedException | LinkageError failure) {
            failure.printStackTrace();
            System.err.println(failure);
            System.exit(1);
        }
        System.exit(0);
    }
}
