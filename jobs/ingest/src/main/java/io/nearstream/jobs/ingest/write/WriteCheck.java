package io.nearstream.jobs.ingest.write;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Reason;
import io.nearstream.core.model.RefusedException;
import io.nearstream.core.model.Version;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.schemas.VectorWrite;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a write must be to be accepted. Pure and thread-safe; every refusal names its reason, the
 * field, the limit and the value. The good path formats nothing and runs no regular expression.
 */
public final class WriteCheck implements Serializable {
    /** As large as a record may be on the topic; only a compressed one can be larger. */
    static final int VALUE_BYTES_MAX = 4 << 20;

    private static final long serialVersionUID = 1L;
    private static final int NAME_LENGTH_MAX = 128;

    private final Limits limits;

    WriteCheck(Limits limits) {
        this.limits = limits;
    }

    /** Which record a write is about. */
    record Identity(String collection, String id) {}

    /** Refuses a value that no accepted write can have, before anything is decoded. */
    public static void checkSize(RawRecord raw) throws RefusedException {
        if (raw.value().length > VALUE_BYTES_MAX) {
            throw new RefusedException(
                    Reason.OVERSIZED,
                    "value must be at most %d bytes, but has %d."
                            .formatted(VALUE_BYTES_MAX, raw.value().length));
        }
    }

    /** The record that a null value deletes: its key is all that says so. */
    Identity identity(RawRecord tombstone) throws RefusedException {
        String key = new String(tombstone.key(), StandardCharsets.UTF_8);
        int slash = key.indexOf('/');
        if (slash < 0) {
            throw new RefusedException(
                    Reason.KEY_MISMATCH,
                    "key of a null value must be 'collection/id', but was %s."
                            .formatted(Limits.quote(key)));
        }
        String collection = key.substring(0, slash);
        String id = key.substring(slash + 1);
        checkIdentity(collection, id, tombstone.key());
        return new Identity(collection, id);
    }

    /** The record that a decoded write names; its Kafka key must name the same. */
    Identity identity(RawRecord raw, VectorWrite write) throws RefusedException {
        checkIdentity(write.getCollection(), write.getId(), raw.key());
        return new Identity(write.getCollection(), write.getId());
    }

    private void checkIdentity(String collection, String id, byte[] key) throws RefusedException {
        if (!isCollectionName(collection)) {
            Limits.checkCollectionName(collection); // for its message
        }
        limits.checkId(id);
        if (!isKey(collection, id, key)) {
            throw new RefusedException(
                    Reason.KEY_MISMATCH,
                    "key must be 'collection/id', here %s in UTF-8, but was %s (%d bytes)."
                            .formatted(
                                    Limits.quote(collection + "/" + id),
                                    Limits.quote(new String(key, StandardCharsets.UTF_8)),
                                    key.length));
        }
    }

    private static boolean isCollectionName(String name) {
        int length = name.length();
        if (length < 1 || length > NAME_LENGTH_MAX) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            boolean allowed =
                    c >= 'a' && c <= 'z'
                            || c >= '0' && c <= '9'
                            || c == '.'
                            || c == '_'
                            || c == '-';
            if (!allowed) {
                return false;
            }
        }
        return true;
    }

    /** The name is ASCII here: one byte for each character. */
    private static boolean isKey(String collection, String id, byte[] key) {
        int slash = collection.length();
        if (key.length <= slash || key[slash] != '/') {
            return false;
        }
        for (int i = 0; i < slash; i++) {
            if (key[i] != collection.charAt(i)) {
                return false;
            }
        }
        byte[] idBytes = id.getBytes(StandardCharsets.UTF_8);
        return Arrays.equals(key, slash + 1, key.length, idBytes, 0, idBytes.length);
    }

    /** The refusal of a write whose collection does not exist at its append time. */
    static RefusedException unknown(String collection, long appendTime) {
        return new RefusedException(
                Reason.UNKNOWN_COLLECTION,
                "collection %s did not exist at append time %d; create it first."
                        .formatted(Limits.quote(collection), appendTime));
    }

    /**
     * Refuses a vector, labels, payload or time to live that the collection does not take.
     *
     * @param write an upsert
     * @return the vector's bytes
     */
    byte[] checkContent(CollectionSettings settings, VectorWrite write) throws RefusedException {
        if (!write.getEncoding().name().equals(settings.encoding().name())) {
            throw new RefusedException(
                    Reason.WRONG_ENCODING,
                    "encoding must be %s, the collection's, but was %s."
                            .formatted(settings.encoding(), write.getEncoding()));
        }
        byte[] vector = IndexChangeWire.bytes(write.getVector());
        VectorSpace.of(settings).check(vector);
        limits.checkLabels(write.getLabels());
        if (write.getPayload() != null) {
            limits.checkPayload(write.getPayload().remaining());
        }
        return vector;
    }

    /** When a write of this version expires; {@link IndexChange#NEVER} where it has no ttl. */
    static long expiry(VectorWrite write, Version version) throws RefusedException {
        return TimeToLive.expiry(write.getTtlMs(), version.time());
    }
}
