package io.nearstream.cli;

import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The entry point of {@code ./nearstream}. */
@Command(
        name = "nearstream",
        description = "A streaming similarity index inside Apache Flink.",
        version = "nearstream 0.1.0-SNAPSHOT",
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            ClusterCommand.class,
            NodeCommand.class,
            ChaosCommand.class,
            CollectionCommand.class,
            LoadCommand.class,
            SearchCommand.class,
            GetCommand.class,
            DeleteCommand.class,
            KvCommand.class,
            JoinCommand.class,
            StandingCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            TopicsCommand.class,
            BatchCommand.class,
            BenchCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage"},
        footerHeading = "%nTo begin with:%n",
        footer = {
            "  ./nearstream demo                                  see it work; needs no data",
            "  ./nearstream serve --dir /tmp/ns                   a server, until Ctrl-C",
            "  ./nearstream cluster up                            the same as processes, until 'cluster down'",
            "  ./nearstream load base.fvecs --collection c --create --metric l2",
            "  ./nearstream search --collection c --query query.fvecs --row 0",
            "  ./nearstream kv put greeting hello                 a key, its value",
            "  ./nearstream kv get greeting",
            "  ./nearstream COMMAND --help                        more about a command"
        })
public final class Main implements Runnable {
    /** When set, an unexpected failure shows where it happened. */
    private static final String STACK_TRACE_VARIABLE = "NEARSTREAM_STACKTRACE";

    @Spec private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean version;

    /** Runs one command and exits with its code: 0 done, 1 failed, 2 wrong usage. */
    public static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT);
        int code = commandLine().execute(arguments);
        System.out.flush();
        // Threads of an embedded cluster that failed to start must not keep the process alive.
        System.exit(code);
    }

    /** The whole command line; tests give it their own writers. */
    static CommandLine commandLine() {
        CommandLine commandLine =
                new CommandLine(new Main())
                        .setUsageHelpAutoWidth(true)
                        .setExecutionExceptionHandler((e, command, parsed) -> report(e, command))
                        .setParameterExceptionHandler((e, arguments) -> reportUsage(e));
        EnumNames.registerConverters(commandLine);
        return commandLine;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command.");
    }

    private static int report(Exception failure, CommandLine command) {
        PrintWriter err = command.getErr();
        if (System.getenv(STACK_TRACE_VARIABLE) != null) {
            failure.printStackTrace(err);
        }
        err.println("nearstream: " + Failures.message(failure));
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    private static int reportUsage(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("nearstream: " + Failures.oneLine(failure.getMessage()));
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(failure, err)) {
            String name = command.getCommandSpec().qualifiedName();
            err.printf("Try './%s --help'.%n", name);
        }
        return CommandLine.ExitCode.USAGE;
    }
}
