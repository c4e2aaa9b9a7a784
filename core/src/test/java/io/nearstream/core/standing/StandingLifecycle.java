package io.nearstream.core.standing;

import io.nearstream.core.model.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;

/**
 * Which queries of a log begin, and how often each is renewed, and when and why it ends: by the
 * registrations alone, without a shard.
 */
final class StandingLifecycle {
    /** When a registration counts. */
    private record Counts(long time, boolean late, Registration registration) {
        private static final Comparator<Counts> ORDER =
                Comparator.comparingLong(Counts::time)
                        .thenComparing(counts -> !counts.late)
                        .thenComparing(counts -> counts.registration.stamp().partition())
                        .thenComparing(counts -> counts.registration.stamp().offset());
    }

    /** A query, from its begin. */
    static final class Life {
        private final Registration began;
        private Version newest;
        private long leaseEnd;
        int renewals;

        /** Empty while it stands, or when it is replaced. */
        String ended = "";

        long endedAt;

        /** When another query of its name takes its place. */
        @Nullable Long replacedAt;

        private Life(Registration began) {
            this.began = began;
            take(began);
        }

        private void take(Registration registration) {
            newest = registration.stamp();
            leaseEnd = registration.stamp().time() + registration.leaseMs();
        }

        private void end(String reason, long time) {
            ended = reason;
            endedAt = time;
        }

        StandingQuery query() {
            return began.query().orElseThrow();
        }
    }

    private final Map<Version, Life> lives = new LinkedHashMap<>();
    private final Map<QueryName, Life> standing = new HashMap<>();

    /**
     * @param frontiers by stamp, the watermark when a registration came
     * @param end the last watermark
     */
    StandingLifecycle(List<Registration> registrations, Map<Version, Long> frontiers, long end) {
        List<Counts> order = new ArrayList<>();
        for (Registration registration : registrations) {
            long frontier = frontiers.get(registration.stamp());
            long time = registration.stamp().time() + 1;
            order.add(new Counts(Math.max(time, frontier + 1), time <= frontier, registration));
        }
        order.sort(Counts.ORDER);
        order.forEach(this::happens);
        List.copyOf(standing.keySet()).forEach(name -> expire(name, end + 1));
    }

    private void happens(Counts counts) {
        Registration registration = counts.registration();
        expire(registration.name(), counts.time());
        Life life = standing.get(registration.name());
        if (life != null && registration.stamp().offset() <= life.newest.offset()) {
            return;
        }
        if (registration.query().isEmpty()) {
            if (life != null) {
                life.end(Difference.DROPPED, counts.time());
                standing.remove(registration.name());
            }
            return;
        }
        if (life != null && life.query().asksAs(registration.query().get())) {
            life.take(registration);
            life.renewals++;
        } else {
            if (life != null) {
                life.replacedAt = counts.time();
            }
            life = new Life(registration);
            lives.put(registration.stamp(), life);
            standing.put(registration.name(), life);
        }
        if (life.leaseEnd < counts.time()) {
            life.end(Difference.EXPIRED, counts.time());
            standing.remove(registration.name());
        }
    }

    /** What ends before a time, ends at the end of its lease. */
    private void expire(QueryName name, long time) {
        Life life = standing.get(name);
        if (life != null && life.leaseEnd < time) {
            life.end(Difference.EXPIRED, life.leaseEnd);
            standing.remove(name);
        }
    }

    /** The queries that begin, by the stamp of the registration that begins them. */
    Map<Version, Life> lives() {
        return lives;
    }
}
