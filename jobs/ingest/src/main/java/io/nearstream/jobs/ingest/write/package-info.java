/**
 * From a raw record to an accepted write or a dead letter. Start at {@link
 * io.nearstream.jobs.ingest.write.DecodeFunction}; {@link
 * io.nearstream.jobs.ingest.write.WriteCheck} holds what is accepted.
 */
package io.nearstream.jobs.ingest.write;
