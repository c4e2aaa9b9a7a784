package io.nearstream.core.model;

import java.util.List;

/**
 * The newest version of one record with its buckets: what the ingest job tells the query jobs.
 *
 * @param key the record
 * @param delete whether the record is gone; then vector, buckets, labels and payload are empty
 * @param version of the write
 * @param vector in the collection's encoding
 * @param buckets of the vector under the generation, home first; empty where the reader places it
 * @param generation the generation that the buckets are of
 * @param generationHash its hash
 * @param labels for filters
 * @param payload empty for none
 * @param eventTime milliseconds since 1970
 * @param expiresAt milliseconds since 1970 on the clock of append times; {@link #NEVER} for never
 */
public record IndexChange(
        RecordKey key,
        boolean delete,
        Version version,
        byte[] vector,
        int[] buckets,
        int generation,
        long generationHash,
        List<String> labels,
        byte[] payload,
        long eventTime,
        long expiresAt) {

    /** The expiry of a record that does not expire. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final byte[] NO_BYTES = {};
    private static final int[] NO_BUCKETS = {};

    /** The record is gone as of this version. */
    public static IndexChange deleted(RecordKey key, Version version) {
        return new IndexChange(
                key,
                true,
                version,
                NO_BYTES,
                NO_BUCKETS,
                0,
                0,
                List.of(),
                NO_BYTES,
                version.time(),
                NEVER);
    }

    /** The same change in the buckets that another generation gives it. */
    public IndexChange placed(int[] newBuckets, int newGeneration, long newHash) {
        return new IndexChange(
                key,
                delete,
                version,
                vector,
                newBuckets,
                newGeneration,
                newHash,
                labels,
                payload,
                eventTime,
                expiresAt);
    }
}
