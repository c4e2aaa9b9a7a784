package io.nearstream.jobs.common.topics;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * How many partitions topics have, asked for when a job is submitted. Tasks wait for a broker that
 * is away; whoever submits them may have got its address wrong, and is told.
 */
public final class TopicPartitions {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private TopicPartitions() {}

    /**
     * Asks the broker.
     *
     * @return partitions by topic
     * @throws TopicsException where none answers within 30 s, or one of the topics is missing
     */
    public static Map<String, Integer> of(String bootstrap, List<String> topics)
            throws InterruptedException {
        return of(bootstrap, topics, TIMEOUT);
    }

    static Map<String, Integer> of(String bootstrap, List<String> topics, Duration timeout)
            throws InterruptedException {
        int millis = Math.toIntExact(timeout.toMillis());
        try (Admin admin =
                Admin.create(
                        Map.of(
                                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrap,
                                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                                millis,
                                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                                millis))) {
            Map<String, Integer> partitions = new HashMap<>();
            admin.describeTopics(topics, new DescribeTopicsOptions().timeoutMs(millis))
                    .allTopicNames()
                    .get()
                    .forEach((topic, found) -> partitions.put(topic, found.partitions().size()));
            return partitions;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new TopicsException(
                        "Of the topics %s some are missing at '%s'. Create them with './nearstream topics create'."
                                .formatted(topics, bootstrap),
                        failed.getCause());
            }
            throw silent(bootstrap, topics, failed.getCause());
        } catch (KafkaException unresolved) {
            throw silent(bootstrap, topics, unresolved);
        }
    }

    private static TopicsException silent(
            String bootstrap, List<String> topics, Throwable failure) {
        Throwable said = failure.getCause() == null ? failure : failure.getCause();
        return new TopicsException(
                "The topics %s at '%s' could not be looked at: %s Is the address right, and does a broker run there?"
                        .formatted(topics, bootstrap, said.getMessage()),
                failure);
    }
}
