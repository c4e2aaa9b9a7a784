package io.nearstream.cli;

import io.nearstream.client.NearstreamException;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.Match;
import io.nearstream.schemas.MatchOp;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "watch",
        description =
                "Follow the pairs of a join, each once, as they are committed, until Ctrl-C: '+' there is one, '-' it is over.")
final class JoinWatchCommand implements Callable<Integer> {
    private static final AvroWire WIRE = AvroWire.of(Match.getClassSchema());
    private static final Duration POLL = Duration.ofMillis(100);

    @Spec private CommandSpec spec;
    @Mixin private ConnectionOptions connection;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "join",
            description = "Name of the join. Default: ${DEFAULT-VALUE}.")
    private String name;

    @Option(
            names = "--from-start",
            description = "Begin with the oldest pair that the topic still has, not with the next.")
    private boolean fromStart;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "" + Long.MAX_VALUE,
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description = "End after so many lines.")
    private long count;

    @Option(names = "--json", description = "Print JSON, a document per line.")
    private boolean json;

    @Override
    public Integer call() {
        if (count < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--count must be at least 1, but was " + count + ".");
        }
        try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
            long shown = 0;
            while (shown < count) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    Match match = decode(record);
                    if (match.getJoin().equals(name) && shown < count) {
                        show(match);
                        shown++;
                    }
                }
            }
        }
        return 0;
    }

    private KafkaConsumer<byte[], byte[]> consumer() {
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                connection.options().bootstrap(),
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed",
                                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                                false),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                consumer.partitionsFor(TopicNames.MATCHES).stream()
                        .map(each -> new TopicPartition(each.topic(), each.partition()))
                        .toList();
        consumer.assign(partitions);
        if (fromStart) {
            consumer.seekToBeginning(partitions);
        } else {
            consumer.seekToEnd(partitions);
        }
        partitions.forEach(consumer::position); // seeks are lazy, and 'now' is now
        return consumer;
    }

    private static Match decode(ConsumerRecord<byte[], byte[]> record) {
        try {
            return (Match) WIRE.decode(record.value());
        } catch (UndecodableException broken) {
            throw new NearstreamException(
                    "Offset %d of %s-%d does not decode: %s"
                            .formatted(
                                    record.offset(),
                                    record.topic(),
                                    record.partition(),
                                    broken.getMessage()),
                    broken);
        }
    }

    private void show(Match match) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? Json.line(document(match)) : line(match));
        out.flush();
    }

    private static String line(Match match) {
        return "%s  %s  %s  %s"
                .formatted(
                        match.getOp() == MatchOp.ADDED ? "+" : "-",
                        Table.printable(match.getEarlierId()),
                        Table.printable(match.getLaterId()),
                        "%.6f".formatted(match.getDistance()));
    }

    private static Map<String, Object> document(Match match) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("op", EnumNames.of(match.getOp()));
        document.put("earlier", match.getEarlierId());
        document.put("later", match.getLaterId());
        document.put("distance", match.getDistance());
        document.put("time", match.getCauseVersion().getTime());
        return document;
    }
}
