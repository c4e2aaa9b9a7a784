package io.nearstream.cli;

import io.nearstream.cluster.Cluster;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "down",
        description =
                "End every process of the cluster, and no other. Its directory stays: 'cluster up' goes on from it, with the joins and standing queries that run now, too.")
final class ClusterDownCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ClusterDirOptions directory;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (Cluster cluster = directory.open()) {
            cluster.rememberFurther();
            spec.commandLine().getOut().printf("%d processes ended%n", cluster.down());
            return 0;
        }
    }
}
