package io.nearstream.client;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.RefusedException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A record to be put: checked here, before it travels, as the job will check it again. {@link #of}
 * gives a record of id and vector; {@code with...} adds the rest.
 *
 * @param collection the collection's settings, as {@link CollectionAdmin} gives them
 * @param id 1 to 512 bytes of UTF-8
 * @param vector little endian in the collection's encoding, of the collection's dimensions
 * @param labels up to 32 labels of up to 64 bytes
 * @param payload up to 1 MiB
 * @param ttl counted from the append time; at least 1 ms
 * @param eventTime milliseconds since 1970; the append time where absent
 */
public record VectorUpsert(
        CollectionSettings collection,
        String id,
        byte[] vector,
        List<String> labels,
        Optional<byte[]> payload,
        Optional<Duration> ttl,
        OptionalLong eventTime) {

    public VectorUpsert {
        labels = List.copyOf(labels);
        try {
            Limits.DEFAULT.checkId(id);
            Limits.DEFAULT.checkLabels(labels);
            Limits.DEFAULT.checkPayload(payload.map(bytes -> bytes.length).orElse(0));
        } catch (RefusedException refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
        if (vector.length != collection.vectorBytes()) {
            throw new IllegalArgumentException(
                    "vector must be %d bytes (%d dimensions of %s) for collection '%s', but has %d."
                            .formatted(
                                    collection.vectorBytes(),
                                    collection.dimensions(),
                                    collection.encoding(),
                                    collection.name(),
                                    vector.length));
        }
        if (ttl.isPresent() && ttl.get().toMillis() < 1) {
            throw new IllegalArgumentException(
                    "ttl must be at least 1 ms, but was %s.".formatted(ttl.get()));
        }
    }

    /** A record of id and vector alone, which never expires. */
    public static VectorUpsert of(CollectionSettings collection, String id, byte[] vector) {
        return new VectorUpsert(
                collection,
                id,
                vector,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());
    }

    /** The same record with these labels. */
    public VectorUpsert withLabels(List<String> values) {
        return new VectorUpsert(collection, id, vector, values, payload, ttl, eventTime);
    }

    /** The same record with this payload. */
    public VectorUpsert withPayload(byte[] value) {
        return new VectorUpsert(collection, id, vector, labels, Optional.of(value), ttl, eventTime);
    }

    /** The same record, expiring so long after its append. */
    public VectorUpsert withTtl(Duration value) {
        return new VectorUpsert(
                collection, id, vector, labels, payload, Optional.of(value), eventTime);
    }

    /** The same record with this event time, milliseconds since 1970. */
    public VectorUpsert withEventTime(long value) {
        return new VectorUpsert(
                collection, id, vector, labels, payload, ttl, OptionalLong.of(value));
    }
}
