/**
 * What both kinds of writes have in common: states that are due at some append time. See {@link
 * io.nearstream.jobs.ingest.time.DueOperator}.
 */
package io.nearstream.jobs.ingest.time;
