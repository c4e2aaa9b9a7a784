package io.nearstream.client;

/**
 * Where an acknowledged write stands.
 *
 * @param partition its partition of {@code nearstream.vectors.v1}, or of {@code
 *     nearstream.kv-writes.v1}
 * @param offset its offset there
 * @param appendTime when the broker appended it, milliseconds since 1970; a probe with {@link
 *     ProbeRequest#atLeast} of this time sees the write
 */
public record WriteReceipt(int partition, long offset, long appendTime) {}
