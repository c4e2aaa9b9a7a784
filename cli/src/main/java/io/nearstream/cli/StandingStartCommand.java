package io.nearstream.cli;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.embedded.NamedJob;
import io.nearstream.jobs.common.config.StandingOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import org.apache.flink.configuration.ConfigOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "start",
        description = {
            "Start the job that keeps the standing queries of a collection, on a cluster that runs: of 'serve --standing 1', 'cluster up' or whichever.",
            "It goes on from its newest checkpoint if there is one, and ends when it is cancelled in the web UI; each collection has a job of its own. The collection has learned its cells, or '--set nearstream.standing.cells=one' is given."
        })
final class StandingStartCommand implements Callable<Integer> {
    /** A job that runs refuses a question at once. */
    private static final Duration ANSWERED_IN = Duration.ofSeconds(3);

    @Mixin private ConnectionOptions connection;
    @Mixin private FurtherJobOptions further;

    @Option(
            names = "--collection",
            paramLabel = "NAME",
            required = true,
            description = "The collection.")
    private String collection;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "standing",
            description =
                    "Name of the job: 1 to 64 characters of [a-z0-9-]. State goes by it, and each that runs has its own. Default: ${DEFAULT-VALUE}.")
    private String name;

    @Nullable
    @Option(
            names = "--probes",
            paramLabel = "T",
            description =
                    "Cells that a query visits which does not say how many, 1 to 65536. Default: 64.")
    private Integer probes;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<ConfigOption<?>, Object> options = new LinkedHashMap<>();
        options.put(StandingOptions.JOB, name);
        options.put(StandingOptions.COLLECTION, collection);
        FurtherJobOptions.put(options, StandingOptions.PROBES, probes);
        further.start(
                NamedJob.STANDING,
                name,
                connection.options().bootstrap(),
                options,
                this::requireNoOther);
        return 0;
    }

    /** Also none that another JobManager of the same Kafka runs. */
    private void requireNoOther() {
        try (NearstreamClient client = connection.connect()) {
            if (client.standingQueries().isKept(collection, ANSWERED_IN)) {
                throw new NearstreamException(
                        "Nothing was submitted: a job keeps standing queries of collection '%s' already, since it answers, and of two every difference would be told twice. The JobManager at '--jobmanager' does not say which: find it there or where else this Kafka is used, and use it, or cancel it first."
                                .formatted(collection));
            }
        }
    }
}
