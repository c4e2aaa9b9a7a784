/**
 * Measures the whole product on files of vectors: everything goes in and comes out through Kafka,
 * as it would for any producer and consumer. Start at {@link io.nearstream.bench.SearchBench}.
 */
package io.nearstream.bench;
