package io.nearstream.jobs.ingest.train;

/**
 * A vector from which a collection may learn its buckets.
 *
 * @param collectionUid the incarnation of the collection
 * @param vector checked, in the collection's encoding
 */
public record SampleVector(long collectionUid, byte[] vector) {}
