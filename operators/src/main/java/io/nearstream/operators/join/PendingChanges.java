package io.nearstream.operators.join;

import io.nearstream.core.join.JoinChange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.metrics.Counter;

/**
 * Changes that wait at {@link PlaceOperator} for their time, in the state of the record that is the
 * current key. Belongs to the task's thread.
 */
final class PendingChanges {
    /** Changes of one record that wait, up to which they come out one time after the other. */
    private static final int MANY_OF_A_RECORD = 4;

    private static final Comparator<JoinChange> BY_RECORD =
            Comparator.comparing(JoinChange::record);

    private final ListState<JoinChange> state;
    private final Counter read;

    /**
     * What comes out.
     *
     * @param due in their order
     * @param later what waits on
     */
    record Taken(List<JoinChange> due, List<JoinChange> later) {}

    /**
     * @param read counts changes that were read out of the state
     */
    PendingChanges(ListState<JoinChange> state, Counter read) {
        this.state = state;
        this.read = read;
    }

    void add(JoinChange change) throws Exception {
        state.add(change);
    }

    /**
     * Takes what waits up to a time, or a later one. Of many changes of one record half come out at
     * once, whenever they are due: read anew for each of their times they would cost the square of
     * their number. Buckets wait for the watermark anyway.
     *
     * @param passing the watermark, at or behind that time
     */
    Taken take(long time, long passing) throws Exception {
        List<JoinChange> all = new ArrayList<>();
        Iterable<JoinChange> waiting = state.get(); // Flink gives null where there is nothing
        if (waiting != null) {
            waiting.forEach(all::add);
        }
        read.inc(all.size());
        all.sort(BY_RECORD); // of equal ones the first that came stays the first
        int due = dueOf(all, all.size(), time);
        if (due == 0) {
            return new Taken(List.of(), all);
        }
        if (all.size() > MANY_OF_A_RECORD) {
            due = Math.max(due, dueOf(all, all.size() / 2, passing));
            due = dueOf(all, all.size(), timeOf(all.get(due - 1))); // none of a time is parted
        }
        List<JoinChange> later = List.copyOf(all.subList(due, all.size()));
        state.update(later);
        return new Taken(all.subList(0, due), later);
    }

    /** How many of so many first ones are of a time up to one. */
    private static int dueOf(List<JoinChange> all, int first, long time) {
        int due = 0;
        while (due < first && timeOf(all.get(due)) <= time) {
            due++;
        }
        return due;
    }

    private static long timeOf(JoinChange change) {
        return change.record().version().time();
    }
}
