package io.nearstream.jobs.common.wire;

import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.Pair;
import io.nearstream.core.join.PairChange;
import io.nearstream.core.join.RecordRef;
import io.nearstream.core.model.RecordKey;
import io.nearstream.schemas.Match;
import io.nearstream.schemas.MatchOp;
import io.nearstream.schemas.wire.AvroWire;
import java.util.Arrays;

/**
 * Matches of a join from and to Avro.
 *
 * @param join its name
 * @param leftUid the incarnation of its left collection
 * @param rightUid that of the right one; the same in a join of a collection with itself
 */
public record MatchWire(String join, long leftUid, long rightUid) {
    /** No UTF-8 has this byte. */
    private static final byte BETWEEN = (byte) 0xFF;

    /** The Kafka key of what is said of two records, whichever came first. */
    public byte[] key(Pair pair) {
        byte[] one = IndexChangeWire.key(key(pair.earlier()));
        byte[] other = IndexChangeWire.key(key(pair.later()));
        boolean inOrder = Arrays.compareUnsigned(one, other) <= 0;
        byte[] first = inOrder ? one : other;
        byte[] second = inOrder ? other : one;
        byte[] key = Arrays.copyOf(first, first.length + 1 + second.length);
        key[first.length] = BETWEEN;
        System.arraycopy(second, 0, key, first.length + 1, second.length);
        return key;
    }

    private RecordKey key(RecordRef record) {
        return new RecordKey(uid(record), record.id());
    }

    private long uid(RecordRef record) {
        return record.side() == JoinRule.LEFT ? leftUid : rightUid;
    }

    /** The bytes on {@code nearstream.matches.v1}. */
    public byte[] encode(PairChange change) {
        RecordRef earlier = change.pair().earlier();
        RecordRef later = change.pair().later();
        return AvroWire.encode(
                new Match(
                        join,
                        change.added() ? MatchOp.ADDED : MatchOp.TAKEN_BACK,
                        uid(earlier),
                        earlier.id(),
                        KeyValueWire.stamp(earlier.version()),
                        uid(later),
                        later.id(),
                        KeyValueWire.stamp(later.version()),
                        change.pair().distance(),
                        KeyValueWire.stamp(change.cause().version())));
    }
}
