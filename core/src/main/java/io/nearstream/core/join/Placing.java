package io.nearstream.core.join;

import io.nearstream.core.model.Version;
import java.util.function.Consumer;
import javax.annotation.Nullable;

/**
 * What becomes of a record, version by version: the visits that end the version before and begin
 * the new one. Depends on the record's versions only, never on when they came or a timer fired:
 * what expired before the next version ended at its expiry. Thread-safe.
 */
public final class Placing {
    private static final int[] NO_HOMES = {};

    private final JoinRule rule;
    private final JoinRouting routing;

    public Placing(JoinRule rule, JoinRouting routing) {
        this.rule = rule;
        this.routing = routing;
    }

    /** Whether a change of a record is news. Replays and overtaken versions are not. */
    public static boolean isNews(@Nullable Placed before, JoinChange change) {
        return before == null || change.record().version().isNewerThan(before.version());
    }

    /**
     * Takes a change that is news.
     *
     * @param before what is kept of the record; null for nothing
     * @param out what buckets are to be told
     * @return what is to be kept now
     */
    public Placed change(@Nullable Placed before, JoinChange change, Consumer<Visit> out) {
        RecordRef record = change.record();
        Version version = record.version();
        if (before != null && before.live()) {
            Version at =
                    before.expiresAt() <= version.time() ? expiry(before.expiresAt()) : version;
            if (!rule.isOver(before.version().time(), at.time())) {
                end(record.at(at), before.visits(), out);
            }
        }
        if (!change.isLive()) {
            return Placed.gone(version);
        }
        byte[] whole = rule.unpacked(change.vector());
        int[] visits = routing.visits(whole);
        int[] homes = routing.livesEverywhere() ? visits : NO_HOMES;
        byte[] vector = rule.packed(change.vector());
        float[] centres = routing.centres(whole, visits);
        for (int i = 0; i < visits.length; i++) {
            boolean home = i == 0 || routing.livesEverywhere();
            Visit.Kind kind = home ? Visit.Kind.LIVE : Visit.Kind.LOOK;
            out.accept(
                    new Visit(
                            visits[i],
                            kind,
                            record,
                            change.eventTime(),
                            homes,
                            vector,
                            centres[i],
                            routing.reach(centres[i])));
        }
        return new Placed(version, true, change.expiresAt(), visits);
    }

    /**
     * Whether nothing need be kept any more once the watermark is at a time: whatever comes of the
     * record then is newer. A record that expires by then ends first, at its expiry.
     *
     * @param record any version of it
     */
    public boolean isDone(RecordRef record, Placed placed, long watermark, Consumer<Visit> out) {
        long began = placed.version().time();
        if (!placed.live()) {
            return began <= watermark;
        }
        if (placed.expiresAt() <= watermark) {
            if (!rule.isOver(began, placed.expiresAt())) {
                end(record.at(expiry(placed.expiresAt())), placed.visits(), out);
            }
            return true;
        }
        return rule.isOver(began, watermark);
    }

    /** The watermark at which {@link #isDone} may next come true; {@link Long#MAX_VALUE}: never. */
    public long doneAt(Placed placed) {
        long began = placed.version().time();
        if (!placed.live()) {
            return began;
        }
        boolean forever = rule.retainMs() >= Long.MAX_VALUE - Math.max(0, began) - 1;
        return Math.min(placed.expiresAt(), forever ? Long.MAX_VALUE : began + rule.retainMs() + 1);
    }

    /** An expiry comes before every write of its time. */
    private static Version expiry(long expiresAt) {
        return new Version(expiresAt, Integer.MIN_VALUE, Long.MIN_VALUE);
    }

    private static void end(RecordRef record, int[] visits, Consumer<Visit> out) {
        for (int bucket : visits) {
            out.accept(Visit.end(bucket, record));
        }
    }
}
