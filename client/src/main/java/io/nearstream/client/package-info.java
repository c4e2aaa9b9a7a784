/**
 * What applications use: collections, writes, probes; over Kafka alone. Every class is thread-safe
 * and every call has a deadline. Start at {@link io.nearstream.client.NearstreamClient}.
 */
package io.nearstream.client;
