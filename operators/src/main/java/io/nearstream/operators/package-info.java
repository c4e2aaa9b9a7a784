/**
 * Similarity operators for pipelines of one's own. They need this module and Flink, no Kafka and no
 * job of ours. Start at {@link io.nearstream.operators.SimilarityJoin} or {@link
 * io.nearstream.operators.NearestNeighbours}.
 */
package io.nearstream.operators;
