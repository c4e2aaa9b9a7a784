package io.nearstream.migrate;

import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;

/**
 * What one state of a savepoint holds of a record.
 *
 * @param key the record
 * @param kind which state it is from
 * @param version of the record when it was put there
 * @param hasPayload of a placement: whether the record has a payload; else false
 * @param bytes a row, or a payload; empty for a placement
 */
record StatePart(RecordKey key, Kind kind, Version version, boolean hasPayload, byte[] bytes) {
    private static final byte[] NO_BYTES = {};

    /** A source must say something of every key, and this is nothing. */
    static final StatePart NOTHING =
            new StatePart(new RecordKey(0, ""), Kind.NOTHING, Version.NONE, false, NO_BYTES);

    /** The states, by what is read of them. */
    enum Kind {
        NOTHING,
        PLACEMENT,
        ROW,
        PAYLOAD
    }

    static StatePart placement(RecordKey key, Version version, boolean hasPayload) {
        return new StatePart(key, Kind.PLACEMENT, version, hasPayload, NO_BYTES);
    }

    static StatePart row(RecordKey key, Version version, byte[] row) {
        return new StatePart(key, Kind.ROW, version, false, row);
    }

    static StatePart payload(RecordKey key, Version version, byte[] payload) {
        return new StatePart(key, Kind.PAYLOAD, version, false, payload);
    }

    boolean isSomething() {
        return kind != Kind.NOTHING;
    }
}
