package io.nearstream.jobs.common.kafka;

/**
 * A record on its way to Kafka, encoded.
 *
 * @param topic where to
 * @param partition the partition, or {@link #BY_KEY}
 * @param key its key
 * @param value its value; not used for a tombstone
 * @param tombstone whether the value is Kafka's null
 */
public record OutRecord(String topic, int partition, byte[] key, byte[] value, boolean tombstone) {
    /** Lets the producer choose the partition by the key's hash. */
    public static final int BY_KEY = -1;

    private static final byte[] NO_BYTES = {};

    /** A record with a value, to the partition of its key. */
    public static OutRecord of(String topic, byte[] key, byte[] value) {
        return new OutRecord(topic, BY_KEY, key, value, false);
    }

    /** Kafka's null: compaction forgets the key. */
    public static OutRecord tombstone(String topic, byte[] key) {
        return new OutRecord(topic, BY_KEY, key, NO_BYTES, true);
    }
}
