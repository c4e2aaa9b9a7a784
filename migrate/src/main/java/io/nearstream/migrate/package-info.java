/**
 * A collection, or the key-value store, out of a savepoint to an Avro file, and in again through
 * Kafka. Start at {@link io.nearstream.migrate.Exporter} and {@link
 * io.nearstream.migrate.RecordImport}; docs/decisions/0027-export.md says why it is so.
 */
package io.nearstream.migrate;
