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
 * @param only name of the only one that is followed, asked for and renewed; empty: all of them
 * @param committed whether only what is committed is read: each difference once, at the latency of
 *     a checkpoint. Otherwise at once; what comes again after a failure of the job is answered by a
 *     snapshot
 * @param beginning whether all that the topic still has is told first, up to a day of it
 * @param renewal a lease that all queries that are followed are renewed for, whenever less than
 *     half of it is left: 10 s to 7 days; empty: leases end as they were asked for. It is looked at
 *     once a second, and 1,000 registrations are appended at most then, so half of a renewal has to
 *     be enough for all queries. A query that is refused for want of room is tried again
 * @param clock the brokers', about: which leases are over. What is asked for again is registered
 *     for what is left of its lease by this clock, and the lease then counts from the broker's: a
 *     question moves its end by as much as this clock is behind, and by the time that it takes
 */
public record StandingWatchOptions(
        String subscriber,
        Optional<String> only,
        boolean committed,
        boolean beginning,
        Optional<Duration> renewal,
        Clock clock) {
    /** The shortest renewal. */
    public static final Duration RENEWAL_MIN = Duration.ofSeconds(10);

    public StandingWatchOptions {
        try {
            new QueryName(subscriber, only.orElse("any")).check();
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
                subscriber, Optional.empty(), false, false, Optional.empty(), Clock.systemUTC());
    }

    /** The same for one query only. */
    public StandingWatchOptions withOnly(String id) {
        return new StandingWatchOptions(
                subscriber, Optional.of(id), committed, beginning, renewal, clock);
    }

    /** The same, each difference once, when it is committed. */
    public StandingWatchOptions withCommitted() {
        return new StandingWatchOptions(subscriber, only, true, beginning, renewal, clock);
    }

    /** The same from the oldest difference on that the topic has. */
    public StandingWatchOptions fromBeginning() {
        return new StandingWatchOptions(subscriber, only, committed, true, renewal, clock);
    }

    /** The same, and the queries are renewed. */
    public StandingWatchOptions withRenewal(Duration lease) {
        return new StandingWatchOptions(
                subscriber, only, committed, beginning, Optional.of(lease), clock);
    }

    /** The same with another clock. */
    public StandingWatchOptions withClock(Clock other) {
        return new StandingWatchOptions(subscriber, only, committed, beginning, renewal, other);
    }
}
