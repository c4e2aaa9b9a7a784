package io.nearstream.chaos.check;

import io.nearstream.chaos.check.WrittenLog.KeyEntry;
import io.nearstream.chaos.history.Position;
import java.util.ArrayList;
import java.util.List;

/** One key as the log makes it. State 0 is its absence before the first write. */
final class KeyHistory {
    /**
     * A write that was applied.
     *
     * @param entry the write
     * @param began when it left its client
     * @param ended when its client knew that it was done; never if it was not told
     */
    record Applied(KeyEntry entry, long began, long ended) {}

    private final List<Applied> applied = new ArrayList<>();

    /** By offset, of all writes, also those whose condition did not hold. */
    private final List<Applied> writes = new ArrayList<>();

    /** Applies a write by its condition; whether it is in force. */
    boolean apply(KeyEntry entry, long began, long ended) {
        Applied write = new Applied(entry, began, ended);
        writes.add(write);
        boolean holds =
                switch (entry.when()) {
                    case ALWAYS -> true;
                    case ABSENT -> isAbsent(last());
                    case VERSION -> !isAbsent(last()) && at(last()).equals(entry.version());
                };
        if (holds) {
            applied.add(write);
        }
        return holds;
    }

    List<Applied> writes() {
        return writes;
    }

    int last() {
        return applied.size();
    }

    boolean isAbsent(int state) {
        return state == 0 || applied.get(state - 1).entry().delete();
    }

    Applied applied(int state) {
        return applied.get(state - 1);
    }

    Position at(int state) {
        return applied(state).entry().at();
    }

    /** The state from this offset of the key's partition on, up to the next write. */
    int stateAt(long offset) {
        int low = 0;
        int high = applied.size();
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (at(middle).offset() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** The offset at which a state begins; -1 for the first. */
    long from(int state) {
        return state == 0 ? -1 : at(state).offset();
    }

    /** The offset before which a state ends. */
    long until(int state) {
        return state == last() ? Long.MAX_VALUE : at(state + 1).offset();
    }
}
