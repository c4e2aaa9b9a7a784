package io.nearstream.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands about standing queries. */
@Command(
        name = "standing",
        description =
                "Queries that stay: whoever registers one is sent its answer, and then what every write changes in it.",
        subcommands = {
            StandingStartCommand.class,
            StandingRegisterCommand.class,
            StandingListCommand.class,
            StandingDropCommand.class,
            StandingWatchCommand.class
        })
final class StandingCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Name a command: start, register, list, drop or watch.");
    }
}
