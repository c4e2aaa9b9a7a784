package io.nearstream.client;

import java.time.Clock;

/**
 * Which changes of keys to follow; {@link #fromNow} and {@link #fromBeginning} give the defaults,
 * {@code with...} changes one.
 *
 * @param beginning whether the state of all keys comes first, as the compacted topic has it
 * @param prefix only keys that start so; empty for all
 * @param keysRemembered keys that changed last whose version is remembered, 1 to 10,000,000: of
 *     these no change comes twice
 * @param clock what has expired by this clock comes without its value
 */
public record WatchOptions(boolean beginning, String prefix, int keysRemembered, Clock clock) {
    private static final int REMEMBERED_MAX = 10_000_000;
    private static final int REMEMBERED_DEFAULT = 100_000;

    public WatchOptions {
        if (keysRemembered < 1 || keysRemembered > REMEMBERED_MAX) {
            throw new IllegalArgumentException(
                    "keysRemembered must be between 1 and %d, but was %d."
                            .formatted(REMEMBERED_MAX, keysRemembered));
        }
    }

    /** Changes from now on, of all keys; the last 100,000 of them are remembered. */
    public static WatchOptions fromNow() {
        return new WatchOptions(false, "", REMEMBERED_DEFAULT, Clock.systemUTC());
    }

    /** The state of all keys, then their changes. */
    public static WatchOptions fromBeginning() {
        return new WatchOptions(true, "", REMEMBERED_DEFAULT, Clock.systemUTC());
    }

    /** The same for keys that start so. */
    public WatchOptions withPrefix(String start) {
        return new WatchOptions(beginning, start, keysRemembered, clock);
    }

    /** The same remembering another number of keys. */
    public WatchOptions withKeysRemembered(int keys) {
        return new WatchOptions(beginning, prefix, keys, clock);
    }

    /** The same with another clock. */
    public WatchOptions withClock(Clock other) {
        return new WatchOptions(beginning, prefix, keysRemembered, other);
    }
}
