/**
 * Kafka records as they are, before anything is believed of them, and the way from records of
 * {@code core} to Avro and back. Start at {@link io.nearstream.jobs.common.wire.RawRecord}.
 */
package io.nearstream.jobs.common.wire;
