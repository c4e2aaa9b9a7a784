package io.nearstream.core.join;

import java.util.Comparator;

/**
 * A pair is there, or is taken back.
 *
 * @param added whether it is there from now on
 * @param pair which
 * @param cause the version of a record that caused it: the later record of the pair, or what ended
 *     one of the two
 */
public record PairChange(boolean added, Pair pair, RecordRef cause) {
    /** The order of the log; of one cause, what ends comes before what begins. */
    public static final Comparator<PairChange> ORDER =
            Comparator.comparing(PairChange::cause).thenComparing(PairChange::added);

    /** The pair is there as of its later record. */
    public static PairChange added(Pair pair) {
        return new PairChange(true, pair, pair.later());
    }

    /** The pair is over. */
    public static PairChange takenBack(Pair pair, RecordRef cause) {
        return new PairChange(false, pair, cause);
    }
}
