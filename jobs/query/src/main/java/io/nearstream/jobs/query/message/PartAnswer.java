package io.nearstream.jobs.query.message;

import java.util.List;

/**
 * What one subtask found for one query vector.
 *
 * @param ordinal of the query vector in the probe
 * @param hits nearest first
 */
public record PartAnswer(int ordinal, List<Hit> hits) {}
