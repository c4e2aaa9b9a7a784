/**
 * Codes: what a bucket keeps of a vector in fewer bytes, about the bucket's centroid, and how far a
 * query is from a coded vector, estimated from the code alone. Pure functions of settings, seed and
 * trained parameters; nothing here knows Flink or Kafka. Start at {@link
 * io.nearstream.core.codes.VectorCode}; {@link io.nearstream.core.codes.VectorCodes} makes them.
 */
package io.nearstream.core.codes;
