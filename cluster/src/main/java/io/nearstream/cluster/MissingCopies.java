package io.nearstream.cluster;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.TopicPartitionInfo;

/** Whether every partition has as many copies that are up to date as it should. */
final class MissingCopies {
    private static final int REQUEST_MS = 5_000;

    private MissingCopies() {}

    /**
     * A sentence about those that are missing.
     *
     * @throws IOException when Kafka does not answer
     */
    static Optional<String> problem(Admin admin) throws IOException, InterruptedException {
        try {
            var names =
                    admin.listTopics(
                                    new ListTopicsOptions()
                                            .listInternal(true)
                                            .timeoutMs(REQUEST_MS))
                            .names()
                            .get();
            var topics =
                    admin.describeTopics(names, new DescribeTopicsOptions().timeoutMs(REQUEST_MS))
                            .allTopicNames()
                            .get();
            long behind =
                    topics.values().stream()
                            .flatMap(topic -> topic.partitions().stream())
                            .filter(MissingCopies::isBehind)
                            .count();
            return behind == 0
                    ? Optional.empty()
                    : Optional.of(
                            "Of %d Kafka partitions copies are missing or behind: another broker that ends may stop writes."
                                    .formatted(behind));
        } catch (ExecutionException failure) {
            throw new IOException(
                    "Kafka does not say what copies it has: " + failure.getCause().getMessage(),
                    failure.getCause());
        }
    }

    private static boolean isBehind(TopicPartitionInfo partition) {
        return partition.isr().size() < partition.replicas().size();
    }
}
