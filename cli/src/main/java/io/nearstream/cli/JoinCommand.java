package io.nearstream.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands about joins. */
@Command(
        name = "join",
        description = "Join collections by similarity: pairs of near records, as they come and go.",
        subcommands = {JoinStartCommand.class, JoinWatchCommand.class})
final class JoinCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command: start or watch.");
    }
}
