package io.nearstream.core.join;

import io.nearstream.core.model.Version;

/**
 * What is kept of a record where its versions come in: which is the newest, and where it was sent.
 *
 * @param version the newest
 * @param live whether the record lives; else it is remembered until the watermark has passed the
 *     version, so that an older one is known as such
 * @param expiresAt on the clock of versions; {@link JoinChange#NEVER} for never
 * @param visits the buckets that were told of it, its homes first; empty where it does not live
 */
public record Placed(Version version, boolean live, long expiresAt, int[] visits) {
    private static final int[] NOWHERE = {};

    static Placed gone(Version version) {
        return new Placed(version, false, JoinChange.NEVER, NOWHERE);
    }
}
