package io.nearstream.cli;

import io.nearstream.client.Bootstrap;
import io.nearstream.client.ClientOptions;
import io.nearstream.jobs.common.topics.TopicCatalog;
import io.nearstream.jobs.common.topics.TopicCreator;
import io.nearstream.jobs.common.topics.TopicReport;
import io.nearstream.jobs.common.topics.TopicSpec;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "create",
        description = {
            "Create the topics of kafka/topics.yaml that are missing.",
            "Existing ones are compared and never changed; differences go to standard error."
        })
final class TopicsCreateCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;

    @Option(
            names = "--replication",
            paramLabel = "N",
            defaultValue = "1",
            description = "Copies of each partition, 1 to 7. Default: ${DEFAULT-VALUE}.")
    private short replication;

    @Override
    public Integer call() throws InterruptedException {
        if (replication < 1 || replication > TopicSpec.REPLICATION_MAX) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--replication must be between 1 and %d, but was %d."
                            .formatted(TopicSpec.REPLICATION_MAX, replication));
        }
        ClientOptions options = connection.options();
        try (Admin admin = Bootstrap.connect(options.bootstrap(), options.connectTimeout())) {
            TopicReport report = TopicCreator.create(admin, TopicCatalog.load(), replication);
            PrintWriter out = spec.commandLine().getOut();
            report.created().forEach(topic -> out.printf("created %s%n", topic));
            out.printf(
                    "%d topics created, %d existed%n",
                    report.created().size(), report.existing().size());
            report.differences()
                    .forEach(difference -> spec.commandLine().getErr().println(difference));
            return 0;
        }
    }
}
