/**
 * What applications use: collections, writes, probes and keys, over Kafka; live reads of keys, over
 * Flink's Queryable State. Every class is thread-safe and every call has a deadline. Start at
 * {@link io.nearstream.client.NearstreamClient}.
 */
package io.nearstream.client;
