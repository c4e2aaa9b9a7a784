package io.nearstream.cli;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.client.StandingQueries;
import io.nearstream.client.StandingUpdate;
import io.nearstream.client.StandingWatch;
import io.nearstream.client.StandingWatchOptions;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
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
            "Follow the standing queries of a subscriber, until Ctrl-C: their answers first, then what changes, each once, as it is committed.",
            "'=' is in the answer now, '-' leaves it, '+' comes into it, at its rank from 0. Where something is missing the answer is asked for again."
        })
final class StandingWatchCommand implements Callable<Integer> {
    private static final Duration RENEW_MIN = Duration.ofSeconds(1);

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
                    "Renew all queries of the subscriber for so long whenever half of it is over, as 30s or 12h, 1s to 7d. Default: their leases end.")
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
        try (NearstreamClient client = connection.connect()) {
            StandingQueries standing = client.standingQueries();
            tellOfAbsentJobs(client, standing);
            try (StandingWatch watch = standing.watch(options, update -> show(update, enough))) {
                KvCalls.await(CompletableFuture.anyOf(enough, watch.ended()));
                return 0;
            }
        }
    }

    private StandingWatchOptions options() {
        StandingWatchOptions options = StandingWatchOptions.of(subscriber.subscriber());
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
        if (lease.compareTo(RENEW_MIN) < 0 || lease.compareTo(StandingQueries.LEASE_MAX) > 0) {
            throw usage("--renew must be between 1s and 7d, but was '%s'.".formatted(renew));
        }
        return options.withRenewal(lease);
    }

    /** Who waits for what will not come is told so; it may come when a job is started. */
    private void tellOfAbsentJobs(NearstreamClient client, StandingQueries standing) {
        TreeSet<String> collections = new TreeSet<>();
        standing.list(subscriber.subscriber())
                .forEach(each -> collections.add(each.registration().getCollection()));
        for (String collection : collections) {
            try {
                standing.requireJob(
                        client.collections().describe(collection).settings(), jobWait.patience());
            } catch (NearstreamException absent) {
                PrintWriter err = spec.commandLine().getErr();
                err.println("nearstream: " + Failures.message(absent));
                err.flush();
            }
        }
    }

    /** Called by the watch's thread alone. */
    private void show(StandingUpdate update, CompletableFuture<Void> enough) {
        boolean wanted = id == null || update.difference().query().id().equals(id);
        if (!wanted || shown == count) {
            return;
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.line(StandingView.document(update)));
        } else {
            StandingView.lines(update).forEach(out::println);
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
