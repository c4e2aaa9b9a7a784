/**
 * Load on a cluster that runs somewhere else, on Raspberry Pis or on simulated ones: a closed loop
 * of gets, puts or probes at rising concurrency. Start at {@link
 * io.nearstream.bench.cluster.ClusterLoadBench}.
 */
package io.nearstream.bench.cluster;
