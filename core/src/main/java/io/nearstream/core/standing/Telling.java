package io.nearstream.core.standing;

import io.nearstream.core.model.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Tells subscribers of their queries, with sequence numbers, and no query too often. Belongs to one
 * thread.
 */
final class Telling {
    private static final long WINDOW_MS = 1_000;

    private final RecordTable records;
    private final int perSecond;
    private final Consumer<Difference> out;

    Telling(RecordTable records, int perSecond, Consumer<Difference> out) {
        this.records = records;
        this.perSecond = perSecond;
        this.out = out;
    }

    /** What has no write comes before all writes of its time. */
    static Version at(long time) {
        return new Version(time, Integer.MIN_VALUE, Long.MIN_VALUE);
    }

    /**
     * A write changed the answer.
     *
     * @return whether the query is limited from now on
     */
    boolean changed(Standing standing, Version cause, String removed, int addedAt) {
        if (standing.isLimited()) {
            return false;
        }
        if (cause.time() - standing.windowStart >= WINDOW_MS
                || cause.time() < standing.windowStart) {
            standing.windowStart = cause.time();
            standing.windowCount = 0;
        }
        if (standing.windowCount == perSecond) {
            standing.limitedUntil = standing.windowStart + WINDOW_MS;
            tell(
                    standing,
                    Difference.Kind.LIMITED,
                    cause,
                    "",
                    "more than %d differences in a second; a snapshot comes".formatted(perSecond),
                    standing.limitedUntil);
            return true;
        }
        standing.windowCount++;
        List<Difference.Hit> added = addedAt < 0 ? List.of() : List.of(hit(standing, addedAt));
        List<String> gone = removed.isEmpty() ? List.of() : List.of(removed);
        out.accept(
                new Difference(
                        standing.name(),
                        standing.registered(),
                        ++standing.sequence,
                        Difference.Kind.CHANGE,
                        cause,
                        gone,
                        added,
                        "",
                        "",
                        0));
        return false;
    }

    private Difference.Hit hit(Standing standing, int place) {
        Known known = standing.known();
        RecordTable.Entry entry = records.entry(known.slot(place));
        return new Difference.Hit(
                entry.id(), records.space().distance(known.score(place)), entry.version(), place);
    }

    /** The whole answer, as of all writes before a time. */
    void snapshot(Standing standing, long time) {
        standing.limitedUntil = Standing.NOT_LIMITED;
        standing.windowStart = time;
        standing.windowCount = 0;
        List<Difference.Hit> hits = new ArrayList<>();
        for (int i = 0; i < standing.known().hits(); i++) {
            hits.add(hit(standing, i));
        }
        out.accept(
                new Difference(
                        standing.name(),
                        standing.registered(),
                        ++standing.sequence,
                        Difference.Kind.SNAPSHOT,
                        at(time),
                        List.of(),
                        hits,
                        "",
                        "",
                        standing.leaseEnd));
    }

    void renewed(Standing standing, long time) {
        tell(standing, Difference.Kind.RENEWED, at(time), "", "", standing.leaseEnd);
    }

    void ended(Standing standing, long time, String reason) {
        tell(standing, Difference.Kind.ENDED, at(time), reason, "", 0);
    }

    private void tell(
            Standing standing,
            Difference.Kind kind,
            Version cause,
            String reason,
            String message,
            long until) {
        out.accept(
                new Difference(
                        standing.name(),
                        standing.registered(),
                        ++standing.sequence,
                        kind,
                        cause,
                        List.of(),
                        List.of(),
                        reason,
                        message,
                        until));
    }

    void refused(Registration registration, long time, Registration.Refusal refusal) {
        out.accept(
                new Difference(
                        registration.name(),
                        registration.stamp(),
                        0,
                        Difference.Kind.REFUSED,
                        at(time),
                        List.of(),
                        List.of(),
                        refusal.reason(),
                        refusal.message(),
                        0));
    }
}
