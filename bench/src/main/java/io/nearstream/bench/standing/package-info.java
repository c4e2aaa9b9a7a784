/**
 * Standing queries, from writes on Kafka to differences on Kafka: {@link
 * io.nearstream.bench.standing.StandingBench} measures, {@link
 * io.nearstream.bench.standing.DifferenceReader} sees what a subscriber sees.
 */
package io.nearstream.bench.standing;
