package io.nearstream.client;

import java.time.Clock;
import java.time.Duration;

/**
 * What a near cache may hold and serve; {@link #defaults} gives the defaults, {@code with...}
 * changes one.
 *
 * @param entriesMax keys, 1 to 100,000,000
 * @param bytesMax bytes of keys and values with what it takes to keep them, at least 64 KiB
 * @param maxStaleness a value is served only if all changes of keys have been read up to this long
 *     ago, 1 ms to 1 h
 * @param clock what says how long ago that is, and what has expired; it should go with the broker's
 */
public record NearCacheOptions(int entriesMax, long bytesMax, Duration maxStaleness, Clock clock) {
    private static final int ENTRIES_MAX = 100_000_000;
    private static final long BYTES_MIN = 64 << 10;
    private static final Duration STALENESS_MAX = Duration.ofHours(1);

    public NearCacheOptions {
        if (entriesMax < 1 || entriesMax > ENTRIES_MAX) {
            throw new IllegalArgumentException(
                    "entriesMax must be between 1 and %d, but was %d."
                            .formatted(ENTRIES_MAX, entriesMax));
        }
        if (bytesMax < BYTES_MIN) {
            throw new IllegalArgumentException(
                    "bytesMax must be at least %d, but was %d.".formatted(BYTES_MIN, bytesMax));
        }
        if (maxStaleness.toMillis() < 1 || maxStaleness.compareTo(STALENESS_MAX) > 0) {
            throw new IllegalArgumentException(
                    "maxStaleness must be between 1 ms and %s, but was %s."
                            .formatted(STALENESS_MAX, maxStaleness));
        }
    }

    /** The defaults: 100,000 keys in 64 MiB, at most 500 ms stale by this machine's clock. */
    public static NearCacheOptions defaults() {
        return new NearCacheOptions(100_000, 64L << 20, Duration.ofMillis(500), Clock.systemUTC());
    }

    /** The same with room for other numbers of keys and bytes. */
    public NearCacheOptions withRoom(int entries, long bytes) {
        return new NearCacheOptions(entries, bytes, maxStaleness, clock);
    }

    /** The same with another bound of staleness. */
    public NearCacheOptions withMaxStaleness(Duration staleness) {
        return new NearCacheOptions(entriesMax, bytesMax, staleness, clock);
    }

    /** The same with another clock. */
    public NearCacheOptions withClock(Clock other) {
        return new NearCacheOptions(entriesMax, bytesMax, maxStaleness, other);
    }
}
