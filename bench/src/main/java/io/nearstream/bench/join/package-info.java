/**
 * The similarity join, from writes on Kafka to pairs on Kafka, judged by all pairs that there are:
 * {@link io.nearstream.bench.join.JoinBench} measures, {@link io.nearstream.bench.join.NearPairs}
 * finds the true pairs.
 */
package io.nearstream.bench.join;
