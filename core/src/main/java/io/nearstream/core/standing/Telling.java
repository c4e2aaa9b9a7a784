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
     * A write changed the answer, or only whether it is cut at its cap.
     *
     * @return whether the query is limited from now on
     */
    boolean changed(Standing standing, Version cause, String removed, int addedAt) {
        if (standing.isLimited()) {
            return false;
        }
        if (isFull(standing, cause.time())) {
            limit(standing, cause);
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
                        standing.known().isCut(),
                        "",
                        "",
                        0));
        return false;
    }

    /** Whether all is told that may be in the second of a time. */
    private boolean isFull(Standing standing, long time) {
        if (standing.windowStart == Standing.NO_WINDOW
                || time < standing.windowStart
                || time - standing.windowStart >= WINDOW_MS) {
            standing.windowStart = time;
            standing.windowCount = 0;
        }
        return standing.windowCount >= perSecond;
    }

    private void limit(Standing standing, Version cause) {
        standing.limitedUntil = standing.windowStart + WINDOW_MS;
        tell(
                standing,
                Difference.Kind.LIMITED,
                cause,
                "",
                "more than %d differences in a second; a snapshot comes".formatted(perSecond),
                standing.limitedUntil);
    }

    private Difference.Hit hit(Standing standing, int place) {
        Known known = standing.known();
        RecordTable.Entry entry = records.entry(known.slot(place));
        return new Difference.Hit(
                entry.id(), records.space().distance(known.score(place)), entry.version(), place);
    }

    /** A query begins: the whole answer, as of all writes before a time. */
    void began(Standing standing, long time) {
        standing.windowStart = time;
        snapshot(standing, time);
    }

    /** The limit is over, and another second begins, with the whole answer. */
    void limitEnded(Standing standing, long time) {
        standing.limitedUntil = Standing.NOT_LIMITED;
        standing.windowStart = time;
        standing.windowCount = 0;
        snapshot(standing, time);
    }

    /**
     * A subscriber asks for the whole answer; that counts as a difference, so that asking often
     * does not undo the limit.
     *
     * @return whether the query is limited from now on, and the answer comes later
     */
    boolean refreshed(Standing standing, long time) {
        if (standing.isLimited()) {
            renewed(standing, time);
            return false;
        }
        if (isFull(standing, time)) {
            renewed(standing, time);
            limit(standing, at(time));
            return true;
        }
        snapshot(standing, time);
        return false;
    }

    private void snapshot(Standing standing, long time) {
        standing.windowCount++;
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
                        standing.known().isCut(),
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
                        false,
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
                        false,
                        refusal.reason(),
                        refusal.message(),
                        0));
    }
}
