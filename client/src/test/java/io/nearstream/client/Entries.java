package io.nearstream.client;

import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.core.keyvalue.StoredValue;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.wire.KeyValueWire;
import io.nearstream.schemas.KeyValueResult;
import io.nearstream.schemas.KeyValueStatus;
import io.nearstream.schemas.Progress;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import javax.annotation.Nullable;

/** States of keys for tests: what matters, and something for the rest. */
final class Entries {
    private Entries() {}

    static Version version(long number) {
        return new Version(number, 0, number);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static KeyValueEntry entry(long version, String value) {
        return expiring(version, value, KeyValueEntry.NEVER);
    }

    static KeyValueEntry expiring(long version, String value, long expiresAt) {
        return new KeyValueEntry(
                false, version(version), 7, expiresAt, StoredValue.raw(bytes(value)));
    }

    static KeyValueEntry deleted(long version) {
        return KeyValueEntry.tombstone(version(version), 7);
    }

    /** What a source answers for a state. */
    static Optional<KeyValue> answer(KeyValueEntry entry) {
        return entry.deleted()
                ? Optional.empty()
                : Optional.of(
                        new KeyValue(
                                "?",
                                entry.value().value(),
                                entry.version(),
                                entry.writerTime(),
                                entry.expiresAt() == KeyValueEntry.NEVER
                                        ? OptionalLong.empty()
                                        : OptionalLong.of(entry.expiresAt())));
    }

    /** A found value as text; empty for none. */
    static Optional<String> text(Optional<KeyValue> found) {
        return found.map(value -> new String(value.value(), StandardCharsets.UTF_8));
    }

    static byte[] change(KeyValueEntry entry) {
        return AvroWire.encode(KeyValueWire.change(entry));
    }

    static byte[] progress(long epoch, int subtask, int of, long watermark) {
        return AvroWire.encode(new Progress(epoch, subtask, of, watermark));
    }

    static byte[] result(String requestId, KeyValueStatus status, @Nullable KeyValueEntry state) {
        return AvroWire.encode(
                KeyValueResult.newBuilder()
                        .setRequestId(requestId)
                        .setRequestPartition(0)
                        .setRequestOffset(0)
                        .setStatus(status)
                        .setReason(status == KeyValueStatus.REFUSED ? "BAD_TTL" : null)
                        .setMessage(status == KeyValueStatus.REFUSED ? "ttl must be." : null)
                        .setState(state == null ? null : KeyValueWire.change(state))
                        .build());
    }
}
