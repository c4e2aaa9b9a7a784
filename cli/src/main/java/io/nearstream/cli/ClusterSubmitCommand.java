package io.nearstream.cli;

import io.nearstream.cluster.Cluster;
import io.nearstream.cluster.Jobs;
import io.nearstream.embedded.NamedJob;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "submit",
        description = {
            "Submit the jobs that do not run.",
            "Each goes on from its newest checkpoint in the cluster's directory, or from a savepoint that is named."
        })
final class ClusterSubmitCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ClusterDirOptions directory;

    @Option(
            names = "--from",
            paramLabel = "JOB=PATH",
            description = "Savepoint or checkpoint to start a job from: ingest=PATH, query=PATH.")
    private final Map<String, String> savepoints = new TreeMap<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        for (String name : savepoints.keySet()) {
            if (Jobs.ALL.stream().map(NamedJob::name).noneMatch(name::equals)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--from takes ingest=PATH and query=PATH, but was '%s=...'."
                                .formatted(name));
            }
        }
        try (Cluster cluster = directory.open()) {
            cluster.submit(savepoints);
            return 0;
        }
    }
}
