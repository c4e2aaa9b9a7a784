/**
 * Runbooks: a collection that changes, and how well every search of it finds what is live then.
 * {@link io.nearstream.bench.stream.StreamBench} replays one with ours and with its peers; {@link
 * io.nearstream.bench.stream.Replay} is the walk that all of them share, {@link
 * io.nearstream.bench.stream.Truth} what all are judged by.
 */
package io.nearstream.bench.stream;
