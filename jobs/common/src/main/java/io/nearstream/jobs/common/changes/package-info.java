/**
 * The index changes as every job reads them that follows the ingest job. Start at {@link
 * io.nearstream.jobs.common.changes.ProgressWatermarks}.
 */
package io.nearstream.jobs.common.changes;
