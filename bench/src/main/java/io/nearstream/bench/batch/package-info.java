/**
 * Batch search beside the streaming one, in one process. Start at {@link
 * io.nearstream.bench.batch.BatchBench}.
 */
package io.nearstream.bench.batch;
