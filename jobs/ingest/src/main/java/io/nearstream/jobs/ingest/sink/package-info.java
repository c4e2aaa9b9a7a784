/**
 * The last step before {@code nearstream.index-changes.v1} and {@code nearstream.kv-changes.v1}:
 * changes as bytes, and how far they have come. Start at {@link
 * io.nearstream.jobs.ingest.sink.EncodeOperator}.
 */
package io.nearstream.jobs.ingest.sink;
