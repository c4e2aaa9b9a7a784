package io.nearstream.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The commands about a cluster of processes. */
@Command(
        name = "cluster",
        description = {
            "A broker, a JobManager and TaskManagers as processes of their own, with both jobs: start, watch, rescale, upgrade, end.",
            "Everything of a cluster lies in one directory; its processes outlive the command."
        },
        subcommands = {
            ClusterUpCommand.class,
            ClusterStatusCommand.class,
            ClusterSubmitCommand.class,
            ClusterRescaleCommand.class,
            ClusterSavepointCommand.class,
            ClusterUpgradeCommand.class,
            ClusterDownCommand.class
        })
final class ClusterCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Name a command: up, status, submit, rescale, savepoint, upgrade or down.");
    }
}
