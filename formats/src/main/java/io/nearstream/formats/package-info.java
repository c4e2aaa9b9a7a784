/**
 * Readers of vector files (fvecs, bvecs, ivecs, IDX; plain or gzip; Avro), and the input of the
 * demo: the names of the JDK's own classes and their embedding. Everything streams; nothing here
 * knows Kafka or Flink. Start at {@link io.nearstream.formats.VectorFile}.
 */
package io.nearstream.formats;
