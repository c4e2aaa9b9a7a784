package io.nearstream.jobs.query.rerank;

import io.nearstream.core.model.Version;

/**
 * A record that a code has found.
 *
 * @param query ordinal of the query vector
 * @param rank its place among the candidates of that vector, from 0
 * @param id of the record
 * @param version that was found: the record store scores this one or a newer one
 */
public record Candidate(int query, int rank, String id, Version version) {}
