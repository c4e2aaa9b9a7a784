/**
 * Exact answers where buckets keep codes: the record store keeps every vector by its id and scores
 * the candidates that codes have found. Start at {@link
 * io.nearstream.jobs.query.rerank.RecordStoreOperator}.
 */
package io.nearstream.jobs.query.rerank;
