package io.nearstream.cli;

import io.nearstream.bench.BenchProgress;
import io.nearstream.bench.ScratchDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What benchmark commands have in common: where they work, how they end, what they tell. */
final class BenchRuns {
    private BenchRuns() {}

    /** A benchmark in a directory. */
    @FunctionalInterface
    interface Run<T> {
        T in(Path directory) throws IOException, InterruptedException;
    }

    /** Says now, and not after minutes of work, that a file cannot be written. */
    static void requireDirectory(CommandSpec spec, String option, @Nullable Path file) {
        if (file != null && Files.isDirectory(file)) {
            throw usage(spec, "%s must be a file, but %s is a directory.".formatted(option, file));
        }
        if (file != null && !Files.isDirectory(file.toAbsolutePath().getParent())) {
            throw usage(
                    spec,
                    "%s: there is no directory %s."
                            .formatted(option, file.toAbsolutePath().getParent()));
        }
    }

    /**
     * Runs a benchmark so that Ctrl-C ends it in order.
     *
     * @param dir an empty directory that is kept; without one, a temporary directory
     */
    static <T> T run(CommandSpec spec, @Nullable Path dir, Run<T> benchmark)
            throws IOException, InterruptedException {
        OrderlyEnd end = new OrderlyEnd();
        try {
            if (dir != null) {
                requireEmpty(spec, dir);
                return logged(benchmark, dir);
            }
            try (ScratchDirectory scratch = ScratchDirectory.create("nearstream-bench-")) {
                return logged(benchmark, scratch.path());
            }
        } finally {
            end.reached();
        }
    }

    private static <T> T logged(Run<T> benchmark, Path directory)
            throws IOException, InterruptedException {
        Logs.into(directory);
        return benchmark.in(directory);
    }

    private static void requireEmpty(CommandSpec spec, Path directory) throws IOException {
        Files.createDirectories(directory);
        try (Stream<Path> entries = Files.list(directory)) {
            if (entries.findAny().isPresent()) {
                throw usage(spec, "--dir must be empty, but %s is not.".formatted(directory));
            }
        }
    }

    /** A progress bar for each part of the work; lines beside the results, wherever these go. */
    static BenchProgress progress(CommandSpec spec) {
        return new BenchProgress() {
            @Override
            public Stage begin(String name, OptionalLong total) {
                return new Bar(Progress.start(name, total));
            }

            @Override
            public void say(String line) {
                spec.commandLine().getErr().println(line);
                spec.commandLine().getErr().flush();
            }
        };
    }

    private record Bar(Progress bar) implements BenchProgress.Stage {
        @Override
        public void to(long done) {
            bar.to(done);
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    private static ParameterException usage(CommandSpec spec, String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
