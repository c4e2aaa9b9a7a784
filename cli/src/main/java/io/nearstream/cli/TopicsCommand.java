package io.nearstream.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands about Kafka topics. */
@Command(
        name = "topics",
        description = "Create and list the Kafka topics.",
        subcommands = {TopicsCreateCommand.class, TopicsListCommand.class})
final class TopicsCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command: create or list.");
    }
}
