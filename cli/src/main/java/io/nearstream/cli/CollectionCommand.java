package io.nearstream.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands about collections. */
@Command(
        name = "collection",
        description = "Create, list, describe and drop collections.",
        subcommands = {
            CollectionCreateCommand.class,
            CollectionListCommand.class,
            CollectionDescribeCommand.class,
            CollectionDropCommand.class
        })
final class CollectionCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Name a command: create, list, describe or drop.");
    }
}
