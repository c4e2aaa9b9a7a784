package io.nearstream.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "bench",
        description = "Measure the whole product, from Kafka to Kafka.",
        subcommands = {
            BenchSearchCommand.class,
            BenchMixedCommand.class,
            BenchStreamCommand.class,
            BenchJoinCommand.class,
            BenchStandingCommand.class,
            BenchCompareCommand.class,
            BenchClusterCommand.class,
            BenchPowerCommand.class,
            BenchBatchCommand.class
        })
final class BenchCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Name a command: search, mixed, stream, join, standing, compare, cluster, power or batch.");
    }
}
