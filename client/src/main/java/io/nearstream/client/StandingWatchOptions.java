package io.nearstream.client;

import io.nearstream.core.model.RefusedException;
import io.nearstream.core.standing.QueryName;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Which standing queries to follow, and how; {@link #of} gives the defaults, {@code with...}
 * changes one.
 *
 * @param subscriber whose queries
 * @param committed whether only what is committed is read: each difference once, at the latency of
 *     a checkpoint. Otherwise at once; what comes again after a failure of the job is answered by a
 *     snapshot
 * @param beginning whether all that the topic still has is told first, up to a day of it
 * @param renewal a lease that all queries of the subscriber are renewed for, whenever less than
 *     half of it is left: 1 s to 7 days; empty: leases end as they were asked for
 * @param clock the brokers', about: which leases are over
 */
public record StandingWatchOptions(
        String subscriber,
        boolean committed,
        boolean beginning,
        Optional<Duration> renewal,
        Clock clock) {
    private static final Duration RENEWAL_MIN = Duration.ofSeconds(1);

    public StandingWatchOptions {
        try {
            new QueryName(subscriber, "any").check();
        } catch (RefusedException refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
        renewal.ifPresent(
                lease -> {
                    if (lease.compareTo(RENEWAL_MIN) < 0
                            || lease.compareTo(StandingQueries.LEASE_MAX) > 0) {
                        throw new IllegalArgumentException(
                                "renewal must be between %s and %s, but was %s."
                                        .formatted(RENEWAL_MIN, StandingQueries.LEASE_MAX, lease));
                    }
                });
    }

    /** What is told from now on, at once; no lease is renewed. */
    public static StandingWatchOptions of(String subscriber) {
        return new StandingWatchOptions(
                subscriber, false, false, Optional.empty(), Clock.systemUTC());
    }

    /** The same, each difference once, when it is committed. */
    public StandingWatchOptions withCommitted() {
        return new StandingWatchOptions(subscriber, true, beginning, renewal, clock);
    }

    /** The same from the oldest difference on that the topic has. */
    public StandingWatchOptions fromBeginning() {
        return new StandingWatchOptions(subscriber, committed, true, renewal, clock);
    }

    /** The same, and the queries are renewed. */
    public StandingWatchOptions withRenewal(Duration lease) {
        return new StandingWatchOptions(
                subscriber, committed, beginning, Optional.of(lease), clock);
    }

    /** The same with another clock. */
    public StandingWatchOptions withClock(Clock other) {
        return new StandingWatchOptions(subscriber, committed, beginning, renewal, other);
    }
}
