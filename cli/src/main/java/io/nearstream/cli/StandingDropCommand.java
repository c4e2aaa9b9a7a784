package io.nearstream.cli;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.client.StandingQueries;
import io.nearstream.core.standing.QueryName;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "drop", description = "End a standing query.")
final class StandingDropCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;
    @Mixin private SubscriberOptions subscriber;
    @Mixin private JobWaitOptions jobWait;

    @Parameters(paramLabel = "NAME", description = "Name of the query.")
    private String id;

    @Override
    public Integer call() {
        QueryName name = subscriber.name(id);
        Duration patience = jobWait.patience();
        try (NearstreamClient client = connection.connect()) {
            StandingQueries standing = client.standingQueries();
            if (standing.find(name).isEmpty()) {
                requireListed(standing, name);
            }
            if (!standing.dropAndAwait(name, patience)) {
                throw new NearstreamException(
                        "Standing query '%s' is not listed any more, but no job said within %d s that it ended: it had been refused, or its job does not run and ends it when it does."
                                .formatted(id, patience.toSeconds()));
            }
            spec.commandLine().getOut().printf("dropped %s%n", id);
            return 0;
        }
    }

    /** It may have been registered by a client that chooses partitions by rules of its own. */
    private static void requireListed(StandingQueries standing, QueryName name) {
        List<String> stand =
                standing.list(name.subscriber()).stream()
                        .map(each -> each.registration().getId())
                        .toList();
        if (!stand.contains(name.id())) {
            throw new NearstreamException(
                    "There is no standing query '%s' of '%s'; %s."
                            .formatted(
                                    name.id(),
                                    name.subscriber(),
                                    stand.isEmpty()
                                            ? "none is registered"
                                            : "registered are " + String.join(", ", stand)));
        }
    }
}
