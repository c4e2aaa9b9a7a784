/**
 * The bytes of an index entry, from the operator that places it to the bucket that keeps it. Start
 * at {@link io.nearstream.jobs.query.entry.EntryRow}.
 */
package io.nearstream.jobs.query.entry;
