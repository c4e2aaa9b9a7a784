package io.nearstream.embedded;

/**
 * A checkpoint that was completed.
 *
 * @param triggeredAt milliseconds since 1970
 * @param durationMs from there to the last acknowledgement
 */
public record CheckpointTime(long triggeredAt, long durationMs) {}
