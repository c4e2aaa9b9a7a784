/**
 * The newest version of every record, in keyed state. Start at {@link
 * io.nearstream.jobs.ingest.version.VersionOperator}.
 */
package io.nearstream.jobs.ingest.version;
