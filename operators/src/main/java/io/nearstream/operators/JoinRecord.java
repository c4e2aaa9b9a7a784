package io.nearstream.operators;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.similarity.Sets;
import io.nearstream.core.similarity.Vectors;
import java.nio.charset.StandardCharsets;

/**
 * A record of a stream that is joined: its vector as it is from now on, or that it is gone. Its
 * time is the timestamp that the stream gives it, milliseconds since 1970.
 *
 * @param id 1 to 512 bytes of UTF-8, unique in its side
 * @param delete whether the record is gone; then the vector is empty
 * @param vector in the encoding of the join, little endian
 * @param sequence orders records of one id and one time, such as the offset in a log; of two with
 *     the same the first counts
 * @param expiresAt when it is gone by itself, on the clock of the timestamps; {@link #NEVER} for
 *     never
 */
public record JoinRecord(String id, boolean delete, byte[] vector, long sequence, long expiresAt) {
    /** The expiry of a record that does not expire. */
    public static final long NEVER = JoinChange.NEVER;

    private static final int ID_BYTES_MAX = 512;
    private static final byte[] NO_BYTES = {};

    public JoinRecord {
        int bytes = id.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > ID_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "id must be 1 to %d bytes of UTF-8, but has %d."
                            .formatted(ID_BYTES_MAX, bytes));
        }
        if (delete && vector.length > 0) {
            throw new IllegalArgumentException(
                    "A delete has no vector, but that of '%s' has %d bytes."
                            .formatted(id, vector.length));
        }
    }

    /** A vector of FLOAT32. */
    public static JoinRecord of(String id, float... vector) {
        return ofBytes(id, Vectors.fromFloats(vector));
    }

    /** A vector in its bytes, which are not copied. */
    public static JoinRecord ofBytes(String id, byte[] vector) {
        return new JoinRecord(id, false, vector, 0, NEVER);
    }

    /**
     * A set for a join under JACCARD.
     *
     * @param elements 1 to so many different ones, in any order
     * @param places the dimensions of the join
     * @throws IllegalArgumentException if it is empty or has more
     */
    public static JoinRecord ofSet(String id, long[] elements, int places) {
        return ofBytes(id, Sets.encode(elements, places));
    }

    /** The record is gone. */
    public static JoinRecord gone(String id) {
        return new JoinRecord(id, true, NO_BYTES, 0, NEVER);
    }

    /** The same with a sequence. */
    public JoinRecord inSequence(long number) {
        return new JoinRecord(id, delete, vector, number, expiresAt);
    }

    /** The same, gone by itself at a time. */
    public JoinRecord expiringAt(long time) {
        return new JoinRecord(id, delete, vector, sequence, time);
    }
}
