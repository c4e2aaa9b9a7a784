package io.nearstream.jobs.ingest.keyvalue;

import io.nearstream.core.keyvalue.KeyValueEntry;

/**
 * What is written to the key-value changes: the new state of a key.
 *
 * @param key the key
 * @param entry its state; for a forgotten key, its last tombstone
 * @param forgotten whether Kafka's null is written in place of the state: compaction may drop the
 *     key
 */
public record KeyValueUpdate(String key, KeyValueEntry entry, boolean forgotten) {}
