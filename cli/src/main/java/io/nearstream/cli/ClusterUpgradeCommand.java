package io.nearstream.cli;

import io.nearstream.cluster.Cluster;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "upgrade",
        description = {
            "Put this build in the place of the one that runs: all jobs stop with savepoints, those of 'join start' and 'standing start', too; Flink's processes start anew; this build's jobs go on from the savepoints.",
            "Writes wait in Kafka meanwhile; probes are answered when it is done, unless their deadlines pass."
        })
final class ClusterUpgradeCommand implements Callable<Integer> {
    @Mixin private ClusterDirOptions directory;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (Cluster cluster = directory.open()) {
            cluster.upgrade();
            return 0;
        }
    }
}
