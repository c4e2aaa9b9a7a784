/**
 * How records become bytes on a topic: Avro's single-object encoding. Start at {@link
 * io.nearstream.schemas.wire.AvroWire}.
 */
package io.nearstream.schemas.wire;
