/**
 * The ingest job: from writes on Kafka to versioned, placed index changes on Kafka. Start at {@link
 * io.nearstream.jobs.ingest.IngestTopology}.
 */
package io.nearstream.jobs.ingest;
