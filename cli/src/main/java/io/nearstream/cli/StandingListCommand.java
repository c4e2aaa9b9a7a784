package io.nearstream.cli;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.StandingInfo;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "list",
        description =
                "List the standing queries of a subscriber as they were registered last, those that were refused among them.")
final class StandingListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;
    @Mixin private SubscriberOptions subscriber;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        String whose = subscriber.subscriber();
        try (NearstreamClient client = connection.connect()) {
            List<StandingInfo> queries = client.standingQueries().list(whose);
            if (json) {
                Json.print(
                        spec.commandLine().getOut(),
                        queries.stream().map(StandingView::document).toList());
            } else {
                StandingView.table(queries).print(spec.commandLine().getOut());
            }
            return 0;
        }
    }
}
