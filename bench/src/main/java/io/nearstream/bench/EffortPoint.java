package io.nearstream.bench;

/**
 * What probes of one effort reach.
 *
 * @param effort buckets visited, or candidates kept
 * @param recall how good the answers were
 * @param scored stored vectors that a query was compared with; 0 where nobody counts them
 * @param latency with one probe in flight
 * @param throughput with many
 */
public record EffortPoint(
        int effort, double recall, double scored, Percentiles latency, Throughput throughput) {}
