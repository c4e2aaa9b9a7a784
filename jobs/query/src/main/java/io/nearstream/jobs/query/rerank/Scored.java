package io.nearstream.jobs.query.rerank;

/**
 * What the record store says of a candidate.
 *
 * @param query ordinal of the query vector
 * @param rank the candidate's place
 * @param score exact; NaN where the record is no hit any more
 * @param row of the newer version that was scored, or with the vector that was asked for; empty
 *     where the candidate's own will do
 */
public record Scored(int query, int rank, double score, byte[] row) {}
