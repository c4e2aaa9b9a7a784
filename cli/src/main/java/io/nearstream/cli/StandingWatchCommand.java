package io.nearstream.cli;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.client.StandingInfo;
import io.nearstream.client.StandingQueries;
import io.nearstream.client.StandingUpdate;
import io.nearstream.client.StandingWatch;
import io.nearstream.client.StandingWatchOptions;
import io.nearstream.core.model.CollectionSettings;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "watch",
        description = {
            "Follow the standing queries of a subscriber, until Ctrl-C: the answer of each first, then what changes in it, each once, as it is committed.",
            "'=' is in the answer now, '-' leaves it, '+' comes into it, at its rank from 0. Where something is missing the answer is asked for again.",
            "Behind what changes in an answer that is cut at '--max-hits' stands that more are within the radius: what leaves it may be, too."
        })
final class StandingWatchCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;
    @Mixin private SubscriberOptions subscriber;
    @Mixin private JobWaitOptions jobWait;

    @Nullable
    @Parameters(
            paramLabel = "NAME",
            arity = "0..1",
            description = "Only this query. Default: all of the subscriber.")
    private String id;

    @Option(
            names = "--uncommitted",
            description =
                    "Show what is told at once, and not with the next checkpoint; after a failure of the job it may come again.")
    private boolean uncommitted;

    @Option(
            names = "--from-start",
            description = "Begin with the oldest difference that the topic has, a day's at most.")
    private boolean fromStart;

    @Nullable
    @Option(
            names = "--renew",
            paramLabel = "D",
            description =
                    "Renew what is followed for so long whenever half of it is over, as 30s or 12h, 10s to 7d; what is refused for want of room is tried again for half an hour. Default: leases end.")
    private String renew;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "" + Long.MAX_VALUE,
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description = "End after so many differences.")
    private long count;

    @Option(names = "--json", description = "Print JSON, a document per line, with the answer.")
    private boolean json;

    private long shown;

    @Override
    public Integer call() throws InterruptedException {
        if (count < 1) {
            throw usage("--count must be at least 1, but was " + count + ".");
        }
        if (id != null) {
            subscriber.name(id);
        }
        StandingWatchOptions options = options();
        CompletableFuture<Void> enough = new CompletableFuture<>();
        StandingSeen seen = new StandingSeen(fromStart);
        try (NearstreamClient client = connection.connect()) {
            StandingQueries standing = client.standingQueries();
            try (StandingWatch watch =
                    standing.watch(options, update -> show(update, seen, enough))) {
                CompletableFuture<Object> over = CompletableFuture.anyOf(enough, watch.ended());
                watch.registered()
                        .thenApplyAsync(registered -> whyNothingComes(client, registered))
                        .whenComplete((said, failure) -> tell(said, failure, over));
                KvCalls.await(over);
                return 0;
            }
        }
    }

    private StandingWatchOptions options() {
        StandingWatchOptions options = StandingWatchOptions.of(subscriber.subscriber());
        options = id == null ? options : options.withOnly(id);
        options = uncommitted ? options : options.withCommitted();
        options = fromStart ? options.fromBeginning() : options;
        if (renew == null) {
            return options;
        }
        Duration lease;
        try {
            lease = Durations.of("--renew", renew);
        } catch (IllegalArgumentException malformed) {
            throw usage(malformed.getMessage());
        }
        if (lease.compareTo(StandingWatchOptions.RENEWAL_MIN) < 0
                || lease.compareTo(StandingQueries.LEASE_MAX) > 0) {
            throw usage("--renew must be between 10s and 7d, but was '%s'.".formatted(renew));
        }
        return options.withRenewal(lease);
    }

    /** Who waits for what will not come is told so; it may come when a job is started. */
    private List<String> whyNothingComes(NearstreamClient client, List<StandingInfo> registered) {
        if (registered.isEmpty()) {
            return List.of(
                    "There is no standing query %sof '%s'; it is shown as soon as it is registered."
                            .formatted(id == null ? "" : "'" + id + "' ", subscriber.subscriber()));
        }
        List<String> said = new ArrayList<>();
        List<CollectionSettings> collections = new ArrayList<>();
        for (String name :
                registered.stream()
                        .map(each -> each.registration().getCollection())
                        .collect(Collectors.toCollection(TreeSet::new))) {
            try {
                collections.add(client.collections().describe(name).settings());
            } catch (NearstreamException absent) {
                said.add(Failures.message(absent));
            }
        }
        client.standingQueries()
                .absentJobs(collections, jobWait.patience())
                .values()
                .forEach(absent -> said.add(Failures.message(absent)));
        return said;
    }

    private void tell(
            @Nullable List<String> said,
            @Nullable Throwable failure,
            CompletableFuture<Object> over) {
        if (over.isDone()) {
            return; // Nothing is waited for any more, and the client may be closed already.
        }
        PrintWriter err = spec.commandLine().getErr();
        List<String> lines =
                failure == null ? said : List.of(Failures.message(KvCalls.failure(failure)));
        lines.forEach(line -> err.println("nearstream: " + line));
        err.flush();
    }

    /** Called by the watch's thread alone. */
    private void show(StandingUpdate update, StandingSeen seen, CompletableFuture<Void> enough) {
        if (!seen.isWanted(update) || shown == count) {
            return;
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.line(StandingView.document(update)));
        } else {
            StandingView.lines(update).forEach(out::println);
            if (seen.isNewlyLost(update)) {
                out.println(StandingView.lost(update));
            }
        }
        out.flush();
        shown++;
        if (shown == count) {
            enough.complete(null);
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
