/**
 * Learns the buckets of a collection from the first vectors of its stream. Start at {@link
 * io.nearstream.jobs.ingest.train.LearnOperator}.
 */
package io.nearstream.jobs.ingest.train;
