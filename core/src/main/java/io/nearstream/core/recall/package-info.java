/**
 * What the recall of answers is, estimated from a slice of the records, and how far the number of
 * visited buckets is to be corrected by it. Pure. Start at {@link
 * io.nearstream.core.recall.RecallEstimator}.
 */
package io.nearstream.core.recall;
