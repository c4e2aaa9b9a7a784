/**
 * Indexes that live in one process, asked the same way: ours without Flink and Kafka, a scan, and
 * through {@link java.util.ServiceLoader} those of {@code bench/peers}. {@link
 * io.nearstream.bench.peer.InProcessMain} measures one of them in a JVM of its own; {@link
 * io.nearstream.bench.peer.PeerServer} serves one behind the topics that our jobs use.
 */
package io.nearstream.bench.peer;
