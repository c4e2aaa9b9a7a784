package io.nearstream.jobs.query.message;

/**
 * An entry that a bucket gave up, with the buckets that the newest generation known on its way
 * gives it.
 *
 * @param row as the bucket kept it
 * @param fromBucket the bucket that gave it up
 * @param generation the generation that chose the buckets
 * @param generationHash its hash
 * @param buckets where it belongs, home first
 */
public record MovedEntry(
        byte[] row, int fromBucket, int generation, long generationHash, int[] buckets) {}
