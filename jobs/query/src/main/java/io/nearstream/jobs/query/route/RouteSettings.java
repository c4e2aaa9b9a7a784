package io.nearstream.jobs.query.route;

import io.nearstream.core.model.Limits;

/**
 * What probes are checked against.
 *
 * @param limits what is accepted at most
 * @param deadlineDefaultMs deadline of a probe that names none
 * @param strongClockBoundMs how far the brokers' clocks may be apart
 * @param probeBucketsMax buckets that a probe may name by hand, times its query vectors
 * @param resultPartitions partitions of the results topic
 */
public record RouteSettings(
        Limits limits,
        long deadlineDefaultMs,
        long strongClockBoundMs,
        int probeBucketsMax,
        int resultPartitions) {}
