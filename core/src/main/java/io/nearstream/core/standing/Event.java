package io.nearstream.core.standing;

import java.util.Comparator;

/**
 * What happens at a time of the log by itself; in front of all writes of that time.
 *
 * @param time milliseconds since 1970
 * @param kind what
 * @param partition of a registration; else 0
 * @param offset of a registration; else 0
 * @param key the record's id, or the query's key
 */
record Event(long time, Kind kind, int partition, long offset, String key)
        implements Comparable<Event> {
    /** In the order in which those of one time happen. */
    enum Kind {
        RECORD_EXPIRES,
        REGISTRATION,
        LEASE_ENDS,
        LIMIT_ENDS
    }

    private static final Comparator<Event> ORDER =
            Comparator.comparingLong(Event::time)
                    .thenComparing(Event::kind)
                    .thenComparingInt(Event::partition)
                    .thenComparingLong(Event::offset)
                    .thenComparing(Event::key);

    static Event of(long time, Kind kind, String key) {
        return new Event(time, kind, 0, 0, key);
    }

    /** A registration counts with all that was written up to its append time before it. */
    static Event of(Registration registration) {
        return new Event(
                registration.stamp().time() + 1,
                Kind.REGISTRATION,
                registration.stamp().partition(),
                registration.stamp().offset(),
                registration.name().key());
    }

    @Override
    public int compareTo(Event other) {
        return ORDER.compare(this, other);
    }
}
