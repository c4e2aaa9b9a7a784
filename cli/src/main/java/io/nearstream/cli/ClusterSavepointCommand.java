package io.nearstream.cli;

import io.nearstream.cluster.Cluster;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "savepoint",
        description =
                "Take a savepoint of both jobs; 'cluster submit --from' and other builds start from it.")
final class ClusterSavepointCommand implements Callable<Integer> {
    @Mixin private ClusterDirOptions directory;

    @Option(names = "--stop", description = "End the jobs with it; 'cluster submit' starts them.")
    private boolean stop;

    @Override
    public Integer call() throws IOException {
        try (Cluster cluster = directory.open()) {
            cluster.savepoint(stop);
            return 0;
        }
    }
}
