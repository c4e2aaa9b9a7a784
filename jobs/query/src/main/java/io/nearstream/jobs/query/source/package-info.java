/**
 * What the query job alone reads, decoded. Start at {@link
 * io.nearstream.jobs.query.source.DecodeMoves}.
 */
package io.nearstream.jobs.query.source;
