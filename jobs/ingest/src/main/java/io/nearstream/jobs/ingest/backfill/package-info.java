/**
 * A collection that comes from files and from Kafka. Start at {@link
 * io.nearstream.jobs.ingest.backfill.Backfill}.
 */
package io.nearstream.jobs.ingest.backfill;
