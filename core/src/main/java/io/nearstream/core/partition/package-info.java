/**
 * Buckets: from a vector to the buckets it is stored in, and from a query to the buckets worth
 * visiting. Pure functions of settings, sample and vector; nothing here knows Flink or Kafka. Start
 * at {@link io.nearstream.core.partition.Generation}; {@link
 * io.nearstream.core.partition.GenerationTrainer} makes new ones.
 */
package io.nearstream.core.partition;
