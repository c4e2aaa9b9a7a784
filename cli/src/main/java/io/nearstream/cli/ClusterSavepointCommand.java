package io.nearstream.cli;

import io.nearstream.cluster.Cluster;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "savepoint",
        description =
                "Take a savepoint of each job; 'cluster submit --from', 'join start --from', 'standing start --from' and other builds start from it.")
final class ClusterSavepointCommand implements Callable<Integer> {
    @Mixin private ClusterDirOptions directory;

    @Override
    public Integer call() throws IOException {
        try (Cluster cluster = directory.open()) {
            cluster.savepoint();
            return 0;
        }
    }
}
