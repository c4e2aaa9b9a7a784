package io.nearstream.cli;

import io.nearstream.cluster.Cluster;
import io.nearstream.cluster.Jobs;
import io.nearstream.embedded.NamedJob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
            "Submit the jobs that do not run, and the joins and standing queries that did before 'cluster down' or a failed upgrade.",
            "Each goes on from its newest checkpoint in the cluster's directory, or from a savepoint that is named.",
            "With --jobmanager and --bootstrap: to a cluster on whichever hosts, such as the one of pi-cluster/."
        })
final class ClusterSubmitCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ClusterDirOptions directory;
    @Mixin private ForeignClusterOptions foreign;

    @Option(
            names = "--from",
            paramLabel = "JOB=PATH",
            description =
                    "Savepoint or checkpoint to start a job from: ingest=PATH, query=PATH. 'none' is from the topics alone: a query job rebuilds its index; an ingest job loses what its topics no longer have.")
    private final Map<String, String> savepoints = new TreeMap<>();

    @Option(
            names = "--job",
            paramLabel = "JOB",
            description = "Submit this job only: ingest or query. Default: both.")
    private final List<String> jobs = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        for (String name : savepoints.keySet()) {
            require(
                    isJob(name),
                    "--from takes ingest=PATH and query=PATH, but was '%s=...'.",
                    name);
            require(
                    jobs.isEmpty() || jobs.contains(name),
                    "--from names job '%s', but --job does not: it would not be submitted.",
                    name);
        }
        for (String name : jobs) {
            require(isJob(name), "--job must be ingest or query, but was '%s'.", name);
        }
        if (foreign.isNamed()) {
            require(
                    !foreign.hasFiles() || chosen().contains(NamedJob.INGEST),
                    "--backfill is read by job ingest, but --job names '%s' alone: it would be ignored.",
                    String.join("', '", jobs));
            foreign.connect().submit(chosen(), savepoints);
            return 0;
        }
        try (Cluster cluster = directory.open()) {
            cluster.submit(chosen(), savepoints);
            return 0;
        }
    }

    private List<NamedJob> chosen() {
        return Jobs.ALL.stream()
                .filter(job -> jobs.isEmpty() || jobs.contains(job.name()))
                .toList();
    }

    private static boolean isJob(String name) {
        return Jobs.ALL.stream().map(NamedJob::name).anyMatch(name::equals);
    }

    private void require(boolean holds, String message, String name) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message.formatted(name));
        }
    }
}
