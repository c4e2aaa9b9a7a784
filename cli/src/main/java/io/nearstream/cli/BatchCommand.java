package io.nearstream.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "batch",
        description = "Search, join and dedupe files, in this process; no server.",
        subcommands = {BatchSearchCommand.class, BatchJoinCommand.class, BatchDedupeCommand.class})
final class BatchCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Name a command: search, join or dedupe.");
    }
}
