package io.nearstream.jobs.ingest.write;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Reason;
import io.nearstream.core.model.RefusedException;
import javax.annotation.Nullable;

/** When a write expires, by the clock of append times. Pure. */
public final class TimeToLive {
    private TimeToLive() {}

    /**
     * The append time at which a write is gone, milliseconds since 1970.
     *
     * @param ttlMs milliseconds after the write's own append time; null for never
     * @param appendTime of the write, milliseconds since 1970
     * @return {@link IndexChange#NEVER} for never
     * @throws RefusedException if the time is none, or past the end of time
     */
    public static long expiry(@Nullable Long ttlMs, long appendTime) throws RefusedException {
        if (ttlMs == null) {
            return IndexChange.NEVER;
        }
        long longest = IndexChange.NEVER - 1 - Math.max(0, appendTime);
        if (ttlMs < 1 || ttlMs > longest) {
            throw new RefusedException(
                    Reason.BAD_TTL,
                    "ttlMs must be between 1 and %d, but was %d.".formatted(longest, ttlMs));
        }
        return appendTime + ttlMs;
    }
}
