/**
 * What the query job reads, decoded. Start at {@link
 * io.nearstream.jobs.query.source.ProgressWatermarks}.
 */
package io.nearstream.jobs.query.source;
