package io.nearstream.cli;

import io.nearstream.client.Bootstrap;
import io.nearstream.client.ClientOptions;
import io.nearstream.client.NearstreamException;
import io.nearstream.jobs.common.topics.TopicCatalog;
import io.nearstream.jobs.common.topics.TopicSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "list", description = "List the topics: partitions, offsets in use, purpose.")
final class TopicsListCommand implements Callable<Integer> {
    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    /** A topic of the catalog as the broker has it; no partitions where it is missing. */
    private record Found(TopicSpec topic, int partitions, long offsets) {}

    @Override
    public Integer call() throws InterruptedException {
        ClientOptions options = connection.options();
        List<Found> found;
        try (Admin admin = Bootstrap.connect(options.bootstrap(), options.connectTimeout())) {
            found = find(admin);
        } catch (ExecutionException failed) {
            throw new NearstreamException(
                    "Could not list the topics: " + failed.getCause().getMessage(), failed);
        }
        if (json) {
            Json.print(spec.commandLine().getOut(), found.stream().map(this::document).toList());
            return 0;
        }
        Table table = new Table("TOPIC", ">PARTITIONS", ">OFFSETS", "CLEANUP", "PURPOSE");
        for (Found one : found) {
            table.row(
                    one.topic.name(),
                    one.partitions == 0 ? "missing" : one.partitions,
                    "%,d".formatted(one.offsets),
                    EnumNames.of(one.topic.cleanup()),
                    one.topic.purpose());
        }
        table.print(spec.commandLine().getOut());
        return 0;
    }

    private Map<String, Object> document(Found one) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("topic", one.topic.name());
        document.put("exists", one.partitions > 0);
        document.put("partitions", one.partitions);
        document.put("offsets", one.offsets);
        document.put("cleanup", EnumNames.of(one.topic.cleanup()));
        document.put("purpose", one.topic.purpose());
        return document;
    }

    private static List<Found> find(Admin admin) throws ExecutionException, InterruptedException {
        var existing = admin.listTopics().names().get();
        List<TopicSpec> catalog = TopicCatalog.load().topics();
        Map<String, TopicDescription> descriptions =
                admin.describeTopics(
                                catalog.stream()
                                        .map(TopicSpec::name)
                                        .filter(existing::contains)
                                        .toList())
                        .allTopicNames()
                        .get();
        Map<TopicPartition, OffsetSpec> first = new HashMap<>();
        Map<TopicPartition, OffsetSpec> last = new HashMap<>();
        descriptions.forEach(
                (name, description) ->
                        description
                                .partitions()
                                .forEach(
                                        partition -> {
                                            TopicPartition key =
                                                    new TopicPartition(name, partition.partition());
                                            first.put(key, OffsetSpec.earliest());
                                            last.put(key, OffsetSpec.latest());
                                        }));
        Map<String, Long> offsets = new HashMap<>();
        admin.listOffsets(last)
                .all()
                .get()
                .forEach((key, end) -> offsets.merge(key.topic(), end.offset(), Long::sum));
        admin.listOffsets(first)
                .all()
                .get()
                .forEach((key, begin) -> offsets.merge(key.topic(), -begin.offset(), Long::sum));
        List<Found> found = new ArrayList<>();
        for (TopicSpec topic : catalog) {
            TopicDescription description = descriptions.get(topic.name());
            found.add(
                    new Found(
                            topic,
                            description == null ? 0 : description.partitions().size(),
                            offsets.getOrDefault(topic.name(), 0L)));
        }
        return found;
    }
}
