package io.nearstream.cli;

import io.nearstream.embedded.NamedJob;
import io.nearstream.jobs.common.config.JoinOptions;
import io.nearstream.jobs.join.JoinJob;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import org.apache.flink.configuration.ConfigOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "start",
        description = {
            "Start a join of a collection with itself or with another, as a job of a cluster that runs: of 'serve --joins 1', 'cluster up' or whichever.",
            "It joins what is there and what will come, goes on from its newest checkpoint if there is one, and ends when it is cancelled in the web UI. Its pairs are on nearstream.matches.v1; 'join watch' shows them."
        })
final class JoinStartCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;
    @Mixin private FurtherJobOptions further;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "join",
            description =
                    "Name of the join, which its matches carry: 1 to 64 characters of [a-z0-9-]. State goes by it, and each that runs has its own. Default: ${DEFAULT-VALUE}.")
    private String name;

    @Option(
            names = "--left",
            paramLabel = "COLLECTION",
            required = true,
            description =
                    "The collection that is joined, whose cells are used; it has learned them.")
    private String left;

    @Nullable
    @Option(
            names = "--right",
            paramLabel = "COLLECTION",
            description = "The one that it is joined with. Default: itself.")
    private String right;

    @Option(
            names = "--eps",
            paramLabel = "E",
            required = true,
            description = "Largest distance of a pair, in the metric of the collections.")
    private double eps;

    @Nullable
    @Option(
            names = "--visiting",
            paramLabel = "A",
            description =
                    "How far a record looks into other cells, of the way that finds every pair, above 0. Default: 1, all.")
    private Double visiting;

    @Nullable
    @Option(
            names = "--window",
            paramLabel = "MILLIS",
            description = "Only pairs whose event times differ by so much, at most. Default: all.")
    private Long windowMs;

    @Nullable
    @Option(
            names = "--lateness",
            paramLabel = "MILLIS",
            description =
                    "With --window: forget records that were written window and lateness ago; their pairs stand for good. Default: keep them as long as their collection does.")
    private Long latenessMs;

    @Nullable
    @Option(
            names = "--nearest",
            paramLabel = "K",
            description =
                    "Only the K nearest earlier records of each later one, up to 1000. Default: all.")
    private Integer nearest;

    @Nullable
    @Option(
            names = "--unique-into",
            paramLabel = "COLLECTION",
            description =
                    "Drop the later record of a pair: say no pairs, but keep this collection, in which every record of --left is that has no earlier one within --eps when it is written.")
    private String uniqueInto;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<ConfigOption<?>, Object> options = new LinkedHashMap<>();
        options.put(JoinOptions.JOB, name);
        options.put(JoinOptions.LEFT, left);
        options.put(JoinOptions.EPS, eps);
        FurtherJobOptions.put(options, JoinOptions.RIGHT, right);
        FurtherJobOptions.put(options, JoinOptions.VISITING, visiting);
        FurtherJobOptions.put(options, JoinOptions.NEAREST, nearest);
        FurtherJobOptions.put(options, JoinOptions.UNIQUE_INTO, uniqueInto);
        FurtherJobOptions.put(options, JoinOptions.WINDOW, millis(windowMs));
        FurtherJobOptions.put(options, JoinOptions.LATENESS, millis(latenessMs));
        String bootstrap = connection.options().bootstrap();
        further.start(NamedJob.JOIN, name, bootstrap, options, () -> {});
        PrintWriter out = spec.commandLine().getOut();
        out.printf("finds    %s%n", JoinJob.finds(further.configuration(bootstrap, options)));
        out.flush();
        return 0;
    }

    @Nullable
    private static Duration millis(@Nullable Long millis) {
        return millis == null ? null : Duration.ofMillis(millis);
    }
}
