package io.nearstream.operators;

import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.PairChange;
import io.nearstream.core.join.RecordRef;

/**
 * A pair of a join is there, or is taken back. Every pair of two versions of records is added once,
 * and taken back once if one of the two is replaced, deleted or expires (within the window, where
 * there is one).
 *
 * @param added whether the pair is there from now on
 * @param earlier the record that was there
 * @param later the record that came to it
 * @param distance by the metric of the join, measured from the later one
 * @param time of what caused this: of the later record, or of what ended one of the two
 */
public record Match(boolean added, Member earlier, Member later, double distance, long time) {
    /**
     * A version of a record.
     *
     * @param right whether it is of the right side; never in a join of a stream with itself
     * @param id of the record
     * @param time of this version
     * @param sequence of this version
     */
    public record Member(boolean right, String id, long time, long sequence) {
        private static Member of(RecordRef record) {
            return new Member(
                    record.side() == JoinRule.RIGHT,
                    record.id(),
                    record.version().time(),
                    record.version().offset());
        }
    }

    static Match of(PairChange change) {
        return new Match(
                change.added(),
                Member.of(change.pair().earlier()),
                Member.of(change.pair().later()),
                change.pair().distance(),
                change.cause().version().time());
    }

    /** The record of the left side; in a join of a stream with itself the earlier one. */
    public Member left() {
        return earlier.right() ? later : earlier;
    }

    /** The record of the right side; in a join of a stream with itself the later one. */
    public Member right() {
        return earlier.right() ? earlier : later;
    }
}
