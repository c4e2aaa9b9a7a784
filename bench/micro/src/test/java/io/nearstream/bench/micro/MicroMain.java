package io.nearstream.bench.micro;

import java.util.Collection;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/** JMH with its own options, and in the end the figures as Markdown. */
public final class MicroMain {
    private MicroMain() {}

    /** Runs what the arguments say; see JMH's {@code -h}. */
    public static void main(String[] arguments) throws RunnerException, CommandLineOptionException {
        CommandLineOptions options = new CommandLineOptions(arguments);
        if (options.shouldHelp()) {
            System.out.println(
                    "Arguments are those of JMH: a regular expression, -f, -i, -rff ...");
            return;
        }
        Collection<RunResult> results = new Runner(options).run();
        System.out.println();
        System.out.print(MarkdownTables.of(results));
    }
}
