/**
 * From shares to an answer: dedupe, top-k, deadline. Start at {@link
 * io.nearstream.jobs.query.merge.MergeOperator}.
 */
package io.nearstream.jobs.query.merge;
