package io.nearstream.chaos.history;

/** Where a write stands in its topic. */
public record Position(int partition, long offset) {}
