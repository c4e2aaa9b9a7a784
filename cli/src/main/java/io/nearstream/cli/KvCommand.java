package io.nearstream.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands about keys. */
@Command(
        name = "kv",
        description = "Put, get, delete and watch keys, and measure that.",
        subcommands = {
            KvPutCommand.class,
            KvGetCommand.class,
            KvDeleteCommand.class,
            KvWatchCommand.class,
            KvBenchCommand.class
        })
final class KvCommand implements Runnable {
    /**
     * A failure, where 1 says that there is no such key or that a condition did not hold: a script
     * must not take an unreachable store for an empty one.
     */
    static final int FAILED = 3;

    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Name a command: put, get, delete, watch or bench.");
    }
}
