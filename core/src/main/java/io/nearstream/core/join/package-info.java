/**
 * The similarity join as pure functions of the log: which buckets a record visits, what is kept of
 * it, and what a bucket says when records and visits are applied to it in the order of the log.
 * Nothing here knows operators or state backends. Start at {@link
 * io.nearstream.core.join.PairBucket}.
 */
package io.nearstream.core.join;
