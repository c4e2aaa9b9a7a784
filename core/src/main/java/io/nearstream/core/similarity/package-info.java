/**
 * How near two vectors are: exact scores straight from encoded bytes. Pure functions; nothing here
 * knows Flink or Kafka. Start at {@link io.nearstream.core.similarity.VectorSpace}.
 */
package io.nearstream.core.similarity;
