package io.nearstream.core.keyvalue;

import io.nearstream.core.model.Version;

/**
 * One accepted record of the key-value log: a put, a delete or a read of one key. Immutable.
 *
 * @param op what is asked
 * @param key 1 to 1,024 bytes of UTF-8
 * @param version of the record; a read's says where in the log it stands
 * @param value of a put; else empty
 * @param writerTime the writer's own time, milliseconds since 1970
 * @param expiresAt of a put, when it expires by append time; else {@link KeyValueEntry#NEVER}
 * @param condition of a write; of a read none
 * @param requestId what the answer is called; empty where no answer is wanted
 * @param resultPartition where the answer goes; {@link #BY_REQUEST_ID} for the request id's
 */
public record KeyValueCommand(
        Op op,
        String key,
        Version version,
        StoredValue value,
        long writerTime,
        long expiresAt,
        Condition condition,
        String requestId,
        int resultPartition) {
    /** The answer goes to the partition of its request id. */
    public static final int BY_REQUEST_ID = -1;

    /** What is asked; the order is written into messages between tasks. */
    public enum Op {
        PUT,
        DELETE,
        READ
    }

    /** Whether an answer is wanted. */
    public boolean answered() {
        return !requestId.isEmpty();
    }
}
