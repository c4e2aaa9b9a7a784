package io.nearstream.jobs.query.gauge;

import io.nearstream.jobs.query.message.ProbeKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Halves of probes that wait for their other half, and pairs that wait for query time. Bounded: of
 * halves the oldest go, of pairs those that come too many. Belongs to the task's thread.
 */
final class WaitingNotes {
    static final int WAITING_MAX = 1_024;

    private final long clockBoundMs;
    private final Runnable skipped;
    private final Map<ProbeKey, GaugeNote> halves = new LinkedHashMap<>();
    private final PriorityQueue<Pair> pairs =
            new PriorityQueue<>(Comparator.comparingLong(Pair::dueAt));

    /**
     * A probe and its answer.
     *
     * @param dueAt query time from which on the slice has all that the answer may have
     */
    record Pair(GaugeNote asked, GaugeNote answered, long dueAt) {}

    WaitingNotes(long clockBoundMs, Runnable skipped) {
        this.clockBoundMs = clockBoundMs;
        this.skipped = skipped;
    }

    /** Takes one half; the halves of a probe come in any order. */
    void add(GaugeNote note) {
        GaugeNote other = halves.get(note.probe());
        if (other != null && other.answered() != note.answered()) {
            halves.remove(note.probe());
            pair(note.answered() ? other : note, note.answered() ? note : other);
            return;
        }
        halves.put(note.probe(), note);
        if (halves.size() > WAITING_MAX) {
            Iterator<GaugeNote> oldest = halves.values().iterator();
            // An answer alone is one that its router had no rate left for.
            if (!oldest.next().answered()) {
                skipped.run();
            }
            oldest.remove();
        }
    }

    private void pair(GaugeNote asked, GaugeNote answered) {
        if (pairs.size() >= WAITING_MAX) {
            skipped.run();
            return;
        }
        long dueAt = Math.max(answered.asOf(), answered.answeredAt() + clockBoundMs);
        pairs.add(new Pair(asked, answered, dueAt));
    }

    /** The pairs whose time has come. */
    List<Pair> due(long queryTime) {
        List<Pair> due = new ArrayList<>();
        while (!pairs.isEmpty() && pairs.peek().dueAt() <= queryTime) {
            due.add(pairs.poll());
        }
        return due;
    }
}
