/**
 * A cluster of processes: {@link io.nearstream.cluster.Cluster} starts, watches and ends them,
 * {@link io.nearstream.cluster.NodePlan} says what one process is started with, {@link
 * io.nearstream.cluster.Jobs} submits, saves, rescales and upgrades what runs on them. Layout and
 * reasons: docs/decisions/0022-processes.md.
 */
package io.nearstream.cluster;
