package io.nearstream.jobs.query.message;

/**
 * A candidate that made a subtask's top-k.
 *
 * @param score smaller is nearer; the collection's space turns it into a distance
 * @param row the entry as the bucket keeps it ({@code EntryRow}), its vector cut off unless asked
 *     for
 */
public record Hit(double score, byte[] row) {}
