package io.nearstream.dist;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;

/** How often Kafka has what it has, its own topics included. */
final class Copies {
    private static final List<String> INTERNAL =
            List.of("__consumer_offsets", "__transaction_state");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String bootstrap;

    Copies(String bootstrap) {
        this.bootstrap = bootstrap;
    }

    private Admin admin() {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap));
    }

    private static Set<String> topics(Admin admin) throws Exception {
        Set<String> all =
                new TreeSet<>(
                        admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get());
        if (!all.containsAll(INTERNAL)) {
            throw new AssertionError("Not all of " + INTERNAL + " are among " + all);
        }
        return all;
    }

    /** Copies that are up to date, of the partition that has the fewest. */
    int leastInSync() throws Exception {
        try (Admin admin = admin()) {
            return admin.describeTopics(topics(admin)).allTopicNames().get().values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .map(TopicPartitionInfo::isr)
                    .mapToInt(List::size)
                    .min()
                    .orElseThrow();
        }
    }

    /** Copies that must have a write before it is acknowledged, of the topic that asks least. */
    int leastToAcknowledge() throws Exception {
        try (Admin admin = admin()) {
            List<ConfigResource> all =
                    topics(admin).stream()
                            .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                            .toList();
            return admin.describeConfigs(all).all().get().values().stream()
                    .mapToInt(config -> Integer.parseInt(config.get("min.insync.replicas").value()))
                    .min()
                    .orElseThrow();
        }
    }

    /** Until every partition has so many copies that are up to date. */
    void awaitInSync(int copies) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (leastInSync() < copies) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        "After %d s a partition has %d copies that are up to date, not %d."
                                .formatted(PATIENCE.toSeconds(), leastInSync(), copies));
            }
        }
    }
}
