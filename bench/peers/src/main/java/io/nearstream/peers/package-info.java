/**
 * What others would build with: Lucene's HNSW and JVector, behind the interface that the benchmark
 * asks all indexes through.
 */
package io.nearstream.peers;
