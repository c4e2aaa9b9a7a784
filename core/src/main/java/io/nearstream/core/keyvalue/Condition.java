package io.nearstream.core.keyvalue;

import io.nearstream.core.model.Version;

/**
 * What must hold of a key for a write to be applied.
 *
 * @param kind which condition
 * @param version the version that the key must have, for {@link Kind#VERSION}; else {@link
 *     Version#NONE}
 */
public record Condition(Kind kind, Version version) {
    /** The write is applied in any case. */
    public static final Condition NONE = new Condition(Kind.NONE, Version.NONE);

    /** The key must have no value. */
    public static final Condition ABSENT = new Condition(Kind.ABSENT, Version.NONE);

    /** Which condition; the order is written into messages between tasks. */
    public enum Kind {
        NONE,
        ABSENT,
        VERSION
    }

    public Condition {
        if (kind != Kind.VERSION && !version.equals(Version.NONE)) {
            throw new IllegalArgumentException(
                    "Only the condition VERSION has a version, but %s has %s."
                            .formatted(kind, version));
        }
    }

    /** The key must have a value of exactly this version. */
    public static Condition version(Version version) {
        return new Condition(Kind.VERSION, version);
    }
}
