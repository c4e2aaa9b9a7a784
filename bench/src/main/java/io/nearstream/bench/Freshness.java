package io.nearstream.bench;

/**
 * How soon single writes into the loaded index are found.
 *
 * @param eventual from a write's append to the answer of the first probe that found it
 * @param atLeast from sending a write to the answer that was asked to include it
 * @param notFound writes that no probe found in 20 s
 * @param notRead AT_LEAST answers without the write; none in a correct index
 * @param notDeleted writes that were still there after their delete; none in a correct index
 */
public record Freshness(
        Percentiles eventual, Percentiles atLeast, long notFound, long notRead, long notDeleted) {}
