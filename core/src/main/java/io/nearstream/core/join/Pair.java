package io.nearstream.core.join;

/**
 * Two records within the distance of a join.
 *
 * @param earlier the one that was there
 * @param later the one that came to it; its version is that of the pair
 * @param distance by the metric, measured from the later one
 */
public record Pair(RecordRef earlier, RecordRef later, double distance) {}
