package io.nearstream.jobs.common.wire;

/**
 * A Kafka record as it was read: nothing is decoded yet, so reading cannot fail.
 *
 * @param topic its topic
 * @param partition its partition
 * @param offset its offset
 * @param timestamp its append time (or, where the topic says so, its producer's time), milliseconds
 *     since 1970
 * @param key its key; empty where it has none
 * @param value its value; empty where it has none
 * @param tombstone whether the value is Kafka's null
 * @param claimedUid the collection's incarnation that the writer says it knows, {@link #NO_UID}
 *     where it does not; see {@link UidHeader}
 */
public record RawRecord(
        String topic,
        int partition,
        long offset,
        long timestamp,
        byte[] key,
        byte[] value,
        boolean tombstone,
        long claimedUid) {
    /** No incarnation has this uid. */
    public static final long NO_UID = 0;

    /** A record that names no incarnation. */
    public RawRecord(
            String topic,
            int partition,
            long offset,
            long timestamp,
            byte[] key,
            byte[] value,
            boolean tombstone) {
        this(topic, partition, offset, timestamp, key, value, tombstone, NO_UID);
    }
}
