package io.nearstream.operators.join;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.PairChange;
import io.nearstream.core.join.Visit;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.function.SerializableFunction;

/**
 * The dataflow of a join, without sources and sinks: {@code changes -> pairs}. Uids begin with the
 * name of the join, which is permanent.
 *
 * @param rule which two records are a pair
 * @param routing where records live and look; as permanent as the state
 * @param name of the join in the job: the start of its uids
 * @param waitingBytesMax of the heap of a subtask for what waits for the watermark, about
 * @param cacheBytesMax of the heap of a subtask for buckets, about
 * @param nearest of the pairs of each later record so many with its nearest earlier ones are said;
 *     0 for all
 * @param joined what is joined, in words that stay the same as long as it is the same; state of
 *     another is refused. Empty where nobody could tell
 */
public record JoinTopology(
        JoinRule rule,
        BucketRouting routing,
        String name,
        long waitingBytesMax,
        long cacheBytesMax,
        int nearest,
        String joined) {
    /** Of the heap of a subtask, where nobody says more: what waits for the watermark. */
    public static final long WAITING_BYTES_DEFAULT = 32L << 20;

    /** Of the heap of a subtask, where nobody says more: buckets. */
    public static final long CACHE_BYTES_DEFAULT = 64L << 20;

    public JoinTopology {
        if (name.isBlank()) {
            throw new IllegalArgumentException(
                    "A join or a search needs a name: its uids begin with it.");
        }
        positive("waiting bytes", waitingBytesMax);
        positive("cache bytes", cacheBytesMax);
        if (nearest < 0) {
            throw new IllegalArgumentException(
                    "nearest must be 0 (all pairs) or more, but was %d.".formatted(nearest));
        }
    }

    private static void positive(String what, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "%s must be at least 1, but was %d.".formatted(what, value));
        }
    }

    /**
     * Sends changes to the buckets that have to know of them; the first part.
     *
     * @param tellsLive whether changes that take part go to {@link PlaceOperator#LIVE} and {@link
     *     PlaceOperator#GONE}
     */
    public SingleOutputStreamOperator<Visit> place(
            DataStream<JoinChange> changes, boolean tellsLive) {
        return place(changes, tellsLive, change -> change);
    }

    /**
     * The same of changes that take part as others.
     *
     * @param inTime what a change that is not late takes part as: of the same record and version
     */
    public SingleOutputStreamOperator<Visit> place(
            DataStream<JoinChange> changes,
            boolean tellsLive,
            SerializableFunction<JoinChange, JoinChange> inTime) {
        return changes.keyBy(change -> PlaceOperator.key(change.record()), Types.STRING)
                .transform(
                        "Place records",
                        VisitSerializer.TYPE,
                        new PlaceOperator(rule, routing, tellsLive, joined, nearest, inTime))
                .uid(name + ".place.v1");
    }

    /** The pairs that are said, as they come and go. */
    public SingleOutputStreamOperator<PairChange> pairs(DataStream<Visit> visits) {
        return nearest == 0 ? all(visits) : nearest(all(visits));
    }

    private SingleOutputStreamOperator<PairChange> all(DataStream<Visit> visits) {
        return visits.keyBy(Visit::bucket, Types.INT)
                .transform(
                        "Pair in buckets",
                        PairChangeSerializer.TYPE,
                        new PairOperator(rule, waitingBytesMax, cacheBytesMax))
                .uid(name + ".pairs.v1");
    }

    private SingleOutputStreamOperator<PairChange> nearest(DataStream<PairChange> pairs) {
        return pairs.keyBy(change -> PlaceOperator.key(change.pair().later()), Types.STRING)
                .transform(
                        "Choose the nearest earlier",
                        PairChangeSerializer.TYPE,
                        new ChooseOperator(rule, nearest, waitingBytesMax))
                .uid(name + ".nearest.v1");
    }

    /**
     * The records that had no partner when they began; the others are at {@link
     * DropLaterOperator#DROPPED}.
     *
     * @param live of {@link #place}, which was told to tell
     */
    public SingleOutputStreamOperator<JoinChange> dropLater(
            DataStream<JoinChange> live, DataStream<PairChange> pairs) {
        return live.connect(pairs)
                .keyBy(
                        change -> PlaceOperator.key(change.record()),
                        change -> PlaceOperator.key(change.pair().later()),
                        Types.STRING)
                .transform(
                        "Drop the later of a pair",
                        JoinChangeSerializer.TYPE,
                        new DropLaterOperator(waitingBytesMax))
                .uid(name + ".drop-later.v1");
    }
}
