/**
 * Lets time go on in partitions that nobody writes to. Start at {@link
 * io.nearstream.jobs.ingest.tick.TickFunction}.
 */
package io.nearstream.jobs.ingest.tick;
