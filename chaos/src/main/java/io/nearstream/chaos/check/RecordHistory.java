package io.nearstream.chaos.check;

import io.nearstream.chaos.history.Position;
import java.util.ArrayList;
import java.util.List;

/** All versions of one record in the order of the log. State 0 is its absence before the first. */
final class RecordHistory {
    /**
     * What one write made of the record.
     *
     * @param at the write
     * @param time largest append time of its partition up to there
     * @param delete whether the record is absent from here on
     * @param token of its content
     * @param vector its content; empty for a delete, and where nobody knows what was written
     * @param began when the write left its client; before everything where nobody knows
     */
    record Version(Position at, long time, boolean delete, long token, byte[] vector, long began) {}

    private final List<Version> versions = new ArrayList<>();

    /** For each state, when the first of the writes that made it and all later ones began. */
    private long[] soonest = {};

    void add(Version version) {
        versions.add(version);
    }

    int states() {
        return versions.size() + 1;
    }

    Version version(int state) {
        return versions.get(state - 1);
    }

    boolean isAbsent(int state) {
        return state == 0 || version(state).delete();
    }

    /** Whether a state is what somebody wrote of whom the journal knows nothing. */
    boolean isForeign(int state) {
        return !isAbsent(state) && version(state).vector().length == 0;
    }

    /** The state that all writes up to an append time have made. */
    int asOf(long time) {
        int low = 0;
        int high = versions.size();
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (versions.get(middle - 1).time() <= time) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** The state that a write has made; -1 if it is none of this record's. */
    int of(Position at) {
        int low = 0;
        int high = versions.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Position here = versions.get(middle).at();
            if (here.offset() == at.offset()) {
                return here.equals(at) ? middle + 1 : -1;
            }
            if (here.offset() < at.offset()) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /** Whether a state may be seen by a call that had to see another one and ended at a moment. */
    boolean mayShow(int state, int least, long ended) {
        return state == least || (state > least && version(state).began() < ended);
    }

    /**
     * How many states, from the first on, were made before a moment or may have been: all behind
     * them were made by writes that began later. A record has thousands of states, of which a call
     * may have seen few.
     */
    int statesBegunBefore(long ended) {
        if (soonest.length != versions.size()) {
            soonest = new long[versions.size()];
            long least = Long.MAX_VALUE;
            for (int i = versions.size() - 1; i >= 0; i--) {
                least = Math.min(least, versions.get(i).began());
                soonest[i] = least;
            }
        }
        int low = 0;
        int high = soonest.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (soonest[middle] < ended) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low + 1;
    }

    boolean deletedBetween(int older, int newer) {
        for (int state = older + 1; state <= newer; state++) {
            if (isAbsent(state)) {
                return true;
            }
        }
        return false;
    }

    int last() {
        return versions.size();
    }
}
