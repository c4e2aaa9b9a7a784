package io.nearstream.cli;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.client.StandingQueries;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.standing.Difference;
import io.nearstream.core.standing.QueryName;
import io.nearstream.core.standing.StandingQuery;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import javax.annotation.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "register",
        description = {
            "Register a standing query and show its answer; the same again renews its lease, another one under its name replaces it.",
            "The collection has a job that keeps its queries, see 'standing start'. What changes in the answer is shown by 'standing watch'."
        })
final class StandingRegisterCommand implements Callable<Integer> {
    private static final int K_DEFAULT = 10;
    private static final int MAX_HITS_DEFAULT = 1_000;

    /** Which cells are visited, as the registration says that it is left to the job. */
    private static final int AS_THE_JOB_SAYS = 0;

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
                description = "Everything within this distance, see --max-hits.")
        private Double radius;
    }

    /** How much work the query may take; at most one of these. */
    static final class Effort {
        @Nullable
        @Option(
                names = "--probes",
                paramLabel = "T",
                description = "Visit so many cells, 1 to 65536. Default: as the job was started.")
        private Integer probes;

        @Option(names = "--exhaustive", description = "Visit every cell: the exact answer.")
        private boolean exhaustive;
    }

    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;
    @Mixin private SubscriberOptions subscriber;
    @Mixin private JobWaitOptions jobWait;

    @Parameters(
            paramLabel = "NAME",
            description = "Name of the query: 1 to 128 characters of [A-Za-z0-9._-].")
    private String id;

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

    @Nullable
    @Option(
            names = "--max-hits",
            paramLabel = "N",
            description = "With --radius: the N nearest at most, 1 to 1000. Default: 1000.")
    private Integer maxHits;

    @Option(names = "--any", paramLabel = "LABEL", description = "Hits have one of these labels.")
    private List<String> any = List.of();

    @Option(names = "--all", paramLabel = "LABEL", description = "Hits have all of these labels.")
    private List<String> all = List.of();

    @Option(names = "--none", paramLabel = "LABEL", description = "Hits have none of these.")
    private List<String> none = List.of();

    @Option(
            names = "--lease",
            paramLabel = "D",
            defaultValue = "1h",
            description =
                    "How long it stands from now on, as 30s or 12h, at most 7d; 'standing watch --renew' makes it longer. Default: ${DEFAULT-VALUE}.")
    private String lease;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        QueryName name = subscriber.name(id);
        Duration patience = jobWait.patience();
        Duration stands = lease();
        if (maxHits != null && extent.radius == null) {
            throw usage("--max-hits goes with --radius; without it --k says how many.");
        }
        if (extent.radius != null && !Double.isFinite(extent.radius)) {
            throw usage("--radius must be a finite number, but was " + extent.radius + ".");
        }
        if (effort.probes != null && effort.probes < 1) {
            throw usage("--probes must be between 1 and 65536, but was " + effort.probes + ".");
        }
        try (NearstreamClient client = connection.connect()) {
            CollectionSettings settings = client.collections().describe(collection).settings();
            StandingQueries standing = client.standingQueries();
            requireFree(standing, name);
            byte[] vector = query.vector(client, settings, row, UnaryOperator.identity());
            standing.requireJob(settings, patience);
            Difference told =
                    standing.refreshAndAwait(collection, name, asked(vector), stands, patience);
            if (json) {
                Json.print(spec.commandLine().getOut(), StandingView.document(told));
            } else {
                StandingView.print(told, collection, spec.commandLine().getOut());
            }
            return 0;
        }
    }

    private void requireFree(StandingQueries standing, QueryName name) {
        standing.find(name)
                .map(each -> each.registration())
                .filter(each -> !each.getCollection().equals(collection))
                .ifPresent(
                        other -> {
                            throw new NearstreamException(
                                    "Standing query '%s' of '%s' is of collection '%s'. Drop it first, or choose another name."
                                            .formatted(
                                                    id, name.subscriber(), other.getCollection()));
                        });
    }

    private StandingQuery asked(byte[] vector) {
        boolean range = extent.radius != null;
        int cells = effort.probes == null ? AS_THE_JOB_SAYS : effort.probes;
        return new StandingQuery(
                vector,
                range
                        ? (maxHits == null ? MAX_HITS_DEFAULT : maxHits)
                        : (extent.k == null ? K_DEFAULT : extent.k),
                range ? extent.radius : Double.POSITIVE_INFINITY,
                new LabelFilter(any, all, none),
                effort.exhaustive ? StandingQuery.ALL_CELLS : cells);
    }

    private Duration lease() {
        try {
            Duration asked = Durations.of("--lease", lease);
            if (asked.compareTo(StandingQueries.LEASE_MAX) <= 0) {
                return asked;
            }
        } catch (IllegalArgumentException malformed) {
            throw usage(malformed.getMessage());
        }
        throw usage("--lease must be at most 7d, but was '%s'.".formatted(lease));
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
