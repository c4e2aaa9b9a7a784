package io.nearstream.cluster;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How far jobs are behind their topics. Their positions are those of the last checkpoint, which
 * commits them.
 */
final class Lags {
    private static final int REQUEST_MS = 5_000;

    private final Admin admin;

    Lags(Admin admin) {
        this.admin = admin;
    }

    /**
     * Records by topic between a group's positions and the ends; empty before its first checkpoint.
     *
     * @throws IOException when Kafka does not answer
     */
    Map<String, Long> of(String group) throws IOException, InterruptedException {
        try {
            Map<TopicPartition, OffsetAndMetadata> positions =
                    admin.listConsumerGroupOffsets(
                                    group,
                                    new ListConsumerGroupOffsetsOptions().timeoutMs(REQUEST_MS))
                            .partitionsToOffsetAndMetadata()
                            .get();
            var ends =
                    admin.listOffsets(
                                    positions.keySet().stream()
                                            .collect(
                                                    Collectors.toMap(
                                                            Function.identity(),
                                                            partition -> OffsetSpec.latest())),
                                    new ListOffsetsOptions().timeoutMs(REQUEST_MS))
                            .all()
                            .get();
            Map<String, Long> lags = new TreeMap<>();
            positions.forEach(
                    (partition, position) ->
                            lags.merge(
                                    partition.topic(),
                                    Math.max(0, ends.get(partition).offset() - position.offset()),
                                    Long::sum));
            return lags;
        } catch (ExecutionException failure) {
            throw new IOException(
                    "Kafka does not say how far '%s' is: %s"
                            .formatted(group, failure.getCause().getMessage()),
                    failure.getCause());
        }
    }
}
