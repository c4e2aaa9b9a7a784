package io.nearstream.chaos.check;

import io.nearstream.chaos.history.Position;
import java.util.List;

/**
 * What the run's writes look like in their topics, committed and valid ones only, each list in the
 * order of each partition.
 *
 * @param vectors of the run's collection
 * @param keys of the run's keys
 */
public record WrittenLog(List<VectorEntry> vectors, List<KeyEntry> keys) {
    /** A token that no operation has: the entry does not say who wrote it. */
    public static final long NO_TOKEN = 0;

    public WrittenLog {
        vectors = List.copyOf(vectors);
        keys = List.copyOf(keys);
    }

    /**
     * A write of a record.
     *
     * @param at where it stands
     * @param time its append time, milliseconds since 1970
     * @param id of the record
     * @param delete or put
     * @param token of a put, what its content was made from; a delete has none
     * @param hash of a put's vector
     */
    public record VectorEntry(
            Position at, long time, String id, boolean delete, long token, long hash) {}

    /** When a write of a key is applied. */
    public enum When {
        ALWAYS,
        ABSENT,
        VERSION
    }

    /**
     * A write of a key.
     *
     * @param at where it stands
     * @param key the key
     * @param delete or put
     * @param token number of the operation, as the writer noted it
     * @param hash of a put's value
     * @param when it is applied
     * @param version which write the value must be of, for {@link When#VERSION}; else its own place
     */
    public record KeyEntry(
            Position at,
            String key,
            boolean delete,
            long token,
            long hash,
            When when,
            Position version) {}
}
