package io.nearstream.jobs.common.topics;

import java.util.List;

/**
 * What {@link TopicCreator} did and found.
 *
 * @param created names of the topics that were missing and now exist
 * @param existing names of the topics that were there already
 * @param differences where an existing topic is kept otherwise than the catalog says
 */
public record TopicReport(
        List<String> created, List<String> existing, List<Difference> differences) {

    /**
     * One setting of one existing topic that is not as the catalog says.
     *
     * @param topic name of the topic
     * @param setting {@code partitions}, {@code replication}, or a Kafka topic setting
     * @param expected what the catalog says
     * @param actual what the broker says
     */
    public record Difference(String topic, String setting, String expected, String actual) {
        @Override
        public String toString() {
            return "Topic '%s': %s should be %s, but is %s."
                    .formatted(topic, setting, expected, actual);
        }
    }

    /** Copies the lists. */
    public TopicReport {
        created = List.copyOf(created);
        existing = List.copyOf(existing);
        differences = List.copyOf(differences);
    }
}
