package io.nearstream.jobs.query.message;

/**
 * One query vector of a probe and the buckets that it visits at one subtask.
 *
 * @param ordinal its place in the probe, from 0
 * @param vector in the collection's encoding
 * @param buckets nearest first; empty where the subtask finds them itself
 */
public record QueryPart(int ordinal, byte[] vector, int[] buckets) {}
