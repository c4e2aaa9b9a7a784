/**
 * The key-value store: from records of {@code nearstream.kv-writes.v1} to the state of keys, their
 * changes and answers. Start at {@link io.nearstream.jobs.ingest.keyvalue.KeyValueOperator}.
 */
package io.nearstream.jobs.ingest.keyvalue;
