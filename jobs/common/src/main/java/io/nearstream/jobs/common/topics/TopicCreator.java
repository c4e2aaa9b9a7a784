package io.nearstream.jobs.common.topics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Brings the topics of a catalog into being. Missing ones are created and waited for; existing ones
 * are never altered, only compared. Safe to run from several processes at once.
 */
public final class TopicCreator {
    /** How long brokers may take to elect the leaders of new partitions. */
    public static final Duration LEADERS_TIMEOUT = Duration.ofSeconds(30);

    private static final long POLL_MS = 20;

    private final Admin admin;

    private TopicCreator(Admin admin) {
        this.admin = admin;
    }

    /**
     * Creates what is missing, with the replication of the catalog.
     *
     * @throws KafkaException when the broker refuses or a partition has no leader in time; the
     *     message names the topic
     * @throws InterruptedException when interrupted while waiting
     */
    public static TopicReport create(Admin admin, TopicCatalog catalog)
            throws InterruptedException {
        return new TopicCreator(admin).create(catalog);
    }

    /** As {@link #create(Admin, TopicCatalog)}, with that many copies of each partition. */
    public static TopicReport create(Admin admin, TopicCatalog catalog, short replication)
            throws InterruptedException {
        return create(admin, catalog.withReplication(replication));
    }

    private TopicReport create(TopicCatalog catalog) throws InterruptedException {
        List<String> created = createMissing(catalog.topics());
        List<TopicSpec> existing =
                catalog.topics().stream().filter(topic -> !created.contains(topic.name())).toList();
        Map<String, TopicDescription> described = awaitLeaders(catalog);
        return new TopicReport(
                created,
                existing.stream().map(TopicSpec::name).toList(),
                compare(existing, described));
    }

    /** Asks for all: only the controller knows what exists, a broker's list may lag behind it. */
    private List<String> createMissing(List<TopicSpec> topics) throws InterruptedException {
        List<NewTopic> requests =
                topics.stream()
                        .map(
                                topic ->
                                        new NewTopic(
                                                        topic.name(),
                                                        topic.partitions(),
                                                        topic.replication())
                                                .configs(topic.kafkaConfigs()))
                        .toList();
        Map<String, KafkaFuture<Void>> answers = admin.createTopics(requests).values();
        List<String> created = new ArrayList<>();
        for (TopicSpec topic : topics) {
            try {
                answers.get(topic.name()).get();
                created.add(topic.name());
            } catch (ExecutionException e) {
                // An existing topic is compared later, whoever created it.
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw new KafkaException(
                            "Cannot create topic '%s': %s"
                                    .formatted(topic.name(), e.getCause().getMessage()),
                            e.getCause());
                }
            }
        }
        return created;
    }

    private Map<String, TopicDescription> awaitLeaders(TopicCatalog catalog)
            throws InterruptedException {
        Set<String> waiting =
                catalog.topics().stream().map(TopicSpec::name).collect(Collectors.toSet());
        Map<String, TopicDescription> described = new HashMap<>();
        long deadline = System.nanoTime() + LEADERS_TIMEOUT.toNanos();
        while (true) {
            for (var answer :
                    admin.describeTopics(new HashSet<>(waiting)).topicNameValues().entrySet()) {
                describe(answer.getKey(), answer.getValue(), described);
            }
            waiting.removeAll(described.keySet());
            if (waiting.isEmpty()) {
                return described;
            }
            if (System.nanoTime() > deadline) {
                throw new KafkaException(
                        "Topics %s have partitions without a leader after %d s."
                                .formatted(waiting, LEADERS_TIMEOUT.toSeconds()));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    private static void describe(
            String name,
            KafkaFuture<TopicDescription> answer,
            Map<String, TopicDescription> described)
            throws InterruptedException {
        try {
            TopicDescription description = answer.get();
            boolean led =
                    description.partitions().stream()
                            .allMatch(p -> p.leader() != null && !p.leader().isEmpty());
            if (led) {
                described.put(name, description);
            }
        } catch (ExecutionException e) {
            // A broker that has not heard of the topic yet says "unknown": ask again.
            if (!(e.getCause() instanceof RetriableException)) {
                throw new KafkaException(
                        "Cannot describe topic '%s': %s".formatted(name, e.getCause().getMessage()),
                        e.getCause());
            }
        }
    }

    private List<TopicReport.Difference> compare(
            List<TopicSpec> existing, Map<String, TopicDescription> described)
            throws InterruptedException {
        List<ConfigResource> resources =
                existing.stream()
                        .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name()))
                        .toList();
        Map<ConfigResource, Config> configs =
                get(admin.describeConfigs(resources).all(), "Cannot read the topics' settings");
        List<TopicReport.Difference> differences = new ArrayList<>();
        for (int i = 0; i < existing.size(); i++) {
            TopicSpec topic = existing.get(i);
            var partitions = described.get(topic.name()).partitions();
            addIfDifferent(differences, topic, "partitions", topic.partitions(), partitions.size());
            addIfDifferent(
                    differences,
                    topic,
                    "replication",
                    topic.replication(),
                    partitions.get(0).replicas().size());
            Config actual = configs.get(resources.get(i));
            new TreeMap<>(topic.kafkaConfigs())
                    .forEach(
                            (key, value) -> {
                                ConfigEntry entry = actual.get(key);
                                Object found = entry == null ? "unset" : entry.value();
                                addIfDifferent(differences, topic, key, value, found);
                            });
        }
        return differences;
    }

    private static void addIfDifferent(
            List<TopicReport.Difference> differences,
            TopicSpec topic,
            String setting,
            Object expected,
            Object actual) {
        if (!String.valueOf(expected).equals(String.valueOf(actual))) {
            differences.add(
                    new TopicReport.Difference(
                            topic.name(),
                            setting,
                            String.valueOf(expected),
                            String.valueOf(actual)));
        }
    }

    private static <T> T get(KafkaFuture<T> future, String failure) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new KafkaException(failure + ": " + e.getCause().getMessage(), e.getCause());
        }
    }
}
