package io.nearstream.cli;

import io.nearstream.cluster.Cluster;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "rescale",
        description = {
            "Change the number of TaskManagers; both jobs go on with as many subtasks as there are slots for then.",
            "State moves by key group, nothing is hashed anew. At most the '--parallelism' of 'cluster up'."
        })
final class ClusterRescaleCommand implements Callable<Integer> {
    @Mixin private ClusterDirOptions directory;

    @Option(
            names = "--taskmanagers",
            paramLabel = "N",
            required = true,
            description = "TaskManagers from now on, 1 to 64.")
    private int taskManagers;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (Cluster cluster = directory.open()) {
            cluster.rescale(taskManagers);
            return 0;
        }
    }
}
