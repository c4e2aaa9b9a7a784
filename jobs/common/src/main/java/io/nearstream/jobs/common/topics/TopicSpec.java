package io.nearstream.jobs.common.topics;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How one topic is kept. Immutable and checked once: what exists is consistent.
 *
 * @param name one of {@link TopicNames#ALL}
 * @param purpose one line for people
 * @param partitions 1 to {@link #PARTITIONS_MAX}
 * @param replication copies of each partition, 1 to {@link #REPLICATION_MAX}
 * @param cleanup what happens to old records
 * @param retention age at which closed segments go; empty: never. Compacted topics have none
 * @param tombstones how long a null value outlives compaction; present for compacted topics only
 * @param timestamp whose clock stamps the records
 * @param maxMessageBytes largest record batch in bytes
 * @param segmentBytes size of a segment in bytes, at least one largest batch
 */
public record TopicSpec(
        String name,
        String purpose,
        int partitions,
        short replication,
        Cleanup cleanup,
        Optional<Duration> retention,
        Optional<Duration> tombstones,
        Timestamp timestamp,
        int maxMessageBytes,
        int segmentBytes) {

    /** More partitions than this per topic are a mistake in a file, not a plan. */
    public static final int PARTITIONS_MAX = 1_024;

    /** No cluster of ours keeps more copies. */
    public static final int REPLICATION_MAX = 7;

    /** What a topic does with old records. */
    public enum Cleanup {
        /** Closed segments go by age. */
        DELETE,
        /** The newest record of each key stays. */
        COMPACT
    }

    /** Whose clock stamps a record. */
    public enum Timestamp {
        /** The broker's, at the append. */
        APPEND,
        /** The producer's. */
        CREATE
    }

    /** Checks the ranges and what fields mean together; see {@link IllegalArgumentException}. */
    public TopicSpec {
        if (!TopicNames.ALL.contains(name)) {
            throw new IllegalArgumentException(
                    "Topic '%s' is unknown; known are %s.".formatted(name, TopicNames.ALL));
        }
        require(!purpose.isBlank(), name, "purpose", "one line of text", "'" + purpose + "'");
        requireRange(name, "partitions", 1, PARTITIONS_MAX, partitions);
        requireRange(name, "replication", 1, REPLICATION_MAX, replication);
        requireRange(name, "max-message", 1_024, 1 << 26, maxMessageBytes);
        requireRange(name, "segment", maxMessageBytes, 1 << 30, segmentBytes);
        require(
                !name.equals(TopicNames.COLLECTIONS) || partitions == 1,
                name,
                "partitions",
                "1, since the order of control records is their meaning",
                partitions);
        // Retention counts the record's time: a replayed old record must not go at once.
        require(
                timestamp == Timestamp.APPEND
                        || retention.isEmpty() && !TopicNames.APPEND_TIMED.contains(name),
                name,
                "timestamp",
                "append, since versions and retention count append time",
                timestamp.name().toLowerCase(Locale.ROOT));
        boolean compacted = cleanup == Cleanup.COMPACT;
        require(
                !(compacted && retention.isPresent()),
                name,
                "retention",
                "unlimited for a compacted topic",
                retention);
        require(
                compacted == tombstones.isPresent(),
                name,
                "tombstones",
                compacted ? "given for a compacted topic" : "absent unless cleanup is compact",
                tombstones.map(Duration::toString).orElse("absent"));
        retention.ifPresent(age -> requirePositive(name, "retention", age));
        tombstones.ifPresent(age -> requirePositive(name, "tombstones", age));
    }

    /** The topic's settings under Kafka's own names, sorted. */
    public Map<String, String> kafkaConfigs() {
        Map<String, String> configs = new TreeMap<>();
        configs.put(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                cleanup == Cleanup.COMPACT
                        ? TopicConfig.CLEANUP_POLICY_COMPACT
                        : TopicConfig.CLEANUP_POLICY_DELETE);
        configs.put(
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(retention.map(Duration::toMillis).orElse(-1L)));
        configs.put(
                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                timestamp == Timestamp.APPEND ? "LogAppendTime" : "CreateTime");
        configs.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxMessageBytes));
        configs.put(TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(segmentBytes));
        tombstones.ifPresent(
                age ->
                        configs.put(
                                TopicConfig.DELETE_RETENTION_MS_CONFIG,
                                Long.toString(age.toMillis())));
        return Map.copyOf(configs);
    }

    /** The same topic with another number of copies. */
    public TopicSpec withReplication(short copies) {
        return new TopicSpec(
                name,
                purpose,
                partitions,
                copies,
                cleanup,
                retention,
                tombstones,
                timestamp,
                maxMessageBytes,
                segmentBytes);
    }

    private static void requirePositive(String topic, String field, Duration age) {
        require(!age.isNegative() && !age.isZero(), topic, field, "longer than 0 ms", age);
    }

    private static void requireRange(String topic, String field, int least, int most, int actual) {
        require(
                least <= actual && actual <= most,
                topic,
                field,
                "between %d and %d".formatted(least, most),
                actual);
    }

    private static void require(
            boolean holds, String topic, String field, String allowed, Object actual) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "Topic '%s': '%s' must be %s, but was %s."
                            .formatted(topic, field, allowed, actual));
        }
    }
}
