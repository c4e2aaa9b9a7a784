package io.nearstream.cli;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "search", description = "Find the nearest neighbours of a vector.")
final class SearchCommand implements Callable<Integer> {
    /** How much work a probe may take; at most one of these. */
    static final class Effort {
        @Nullable
        @Option(
                names = "--target-recall",
                paramLabel = "R",
                description = "Visit as many buckets as this recall needs, above 0, at most 1.")
        private Double targetRecall;

        @Nullable
        @Option(names = "--probes", paramLabel = "T", description = "Visit so many buckets.")
        private Integer probes;

        @Option(
                names = "--exhaustive",
                description =
                        "Visit every bucket: the exact answer where buckets keep the vectors, not their codes.")
        private boolean exhaustive;
    }

    /** What is asked for; at most one of these. */
    static final class Extent {
        @Nullable
        @Option(
                names = "--k",
                paramLabel = "K",
                description = "So many nearest, 1 to 1000. Default: 10.")
        private Integer k;

        @Nullable
        @Option(
                names = "--radius",
                paramLabel = "D",
                description = "Everything within this distance, 0 or more.")
        private Double radius;
    }

    private static final int K_DEFAULT = 10;

    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;

    @Option(
            names = "--collection",
            paramLabel = "NAME",
            required = true,
            description = "The collection.")
    private String collection;

    @ArgGroup(multiplicity = "1")
    private SearchQuery query;

    @Option(
            names = "--row",
            paramLabel = "N",
            defaultValue = "0",
            description = "With --query: the row, from 0. Default: ${DEFAULT-VALUE}.")
    private long row;

    @ArgGroup private Extent extent = new Extent();
    @ArgGroup private Effort effort = new Effort();

    @Option(names = "--any", paramLabel = "LABEL", description = "Hits have one of these labels.")
    private List<String> any = List.of();

    @Option(names = "--all", paramLabel = "LABEL", description = "Hits have all of these labels.")
    private List<String> all = List.of();

    @Option(names = "--none", paramLabel = "LABEL", description = "Hits have none of these.")
    private List<String> none = List.of();

    @ArgGroup private ConsistencyOptions consistency = new ConsistencyOptions();

    @Nullable
    @Option(
            names = "--deadline",
            paramLabel = "MILLIS",
            description = "After this the answer is partial, 1 to 60000. Default: 10000 (10 s).")
    private Long deadlineMs;

    @Option(names = "--payloads", description = "Show the payloads of the hits.")
    private boolean payloads;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        try (NearstreamClient client = connection.connect()) {
            CollectionSettings settings = client.collections().describe(collection).settings();
            byte[] vector = query.vector(client, settings, row, this::limits);
            ProbeResult result = client.prober().ask(request(vector));
            SearchView view = new SearchView(collection, result, payloads);
            if (json) {
                Json.print(spec.commandLine().getOut(), view.document());
            } else {
                view.print(spec.commandLine().getOut());
            }
            if (result.getStatus() == ProbeStatus.PARTIAL) {
                spec.commandLine()
                        .getErr()
                        .printf(
                                "nearstream: the answer is partial (%s): %s%n",
                                result.getReason(), result.getMessage());
            }
            return 0;
        }
    }

    private ProbeRequest request(byte[] vector) {
        ProbeRequest request =
                extent.radius != null
                        ? ProbeRequest.within(collection, extent.radius, List.of(vector))
                        : ProbeRequest.nearest(
                                collection,
                                extent.k == null ? K_DEFAULT : extent.k,
                                List.of(vector));
        request.anyOf(any).allOf(all).noneOf(none);
        if (effort.exhaustive) {
            request.exhaustive();
        } else if (effort.probes != null) {
            request.probes(effort.probes);
        } else if (effort.targetRecall != null) {
            request.targetRecall(effort.targetRecall);
        }
        return limits(payloads ? request.withPayloads() : request);
    }

    /** What holds for the search, and for fetching the record that it starts from. */
    private ProbeRequest limits(ProbeRequest request) {
        consistency.apply(request);
        if (deadlineMs != null) {
            request.deadline(Duration.ofMillis(deadlineMs));
        }
        return request;
    }
}
