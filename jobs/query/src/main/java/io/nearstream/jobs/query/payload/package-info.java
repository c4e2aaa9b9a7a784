/**
 * Payloads by record, visited only by probes that ask for them. Start at {@link
 * io.nearstream.jobs.query.payload.PayloadStoreFunction}.
 */
package io.nearstream.jobs.query.payload;
