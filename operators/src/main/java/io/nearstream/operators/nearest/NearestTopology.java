package io.nearstream.operators.nearest;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.Visit;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Metric;
import io.nearstream.operators.Neighbours;
import io.nearstream.operators.NeighboursType;
import io.nearstream.operators.join.JoinTopology;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.api.java.typeutils.TupleTypeInfo;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.OutputTag;
import org.apache.flink.util.function.SerializableFunction;

/**
 * The dataflow of a search for nearest neighbours, without sources and sinks: {@code index changes
 * + elements -> elements with neighbours}. Uids begin with its name, which is permanent.
 *
 * <pre>
 * index ----by record--&gt; [ Place records ] --visits--+
 *                                                    by bucket--&gt; [ Search buckets ]
 * elements --dealt out--&gt; [ Ask buckets ] --probes---+                  | shares
 *                                | elements                             v
 *                                +-------------- by number -----&gt; [ Merge shares ] --&gt; neighbours
 * </pre>
 *
 * @param space metric, encoding and dimensions; see {@link #space}
 * @param routing where records live and probes look; its kind is as permanent as the state
 * @param k neighbours wanted, 1 to the limit of {@link Limits#DEFAULT}
 * @param distanceMax none is further, 0 or more; infinite where all may be
 * @param name the start of the uids
 * @param waitingBytesMax of the heap of a subtask for what waits for the watermark, about
 * @param cacheBytesMax of the heap of a subtask for buckets, about
 */
public record NearestTopology(
        JoinRule space,
        NearestRouting routing,
        int k,
        double distanceMax,
        String name,
        long waitingBytesMax,
        long cacheBytesMax) {
    /** State of a join is none of an index. */
    private static final String INDEX = "an index of nearest neighbours";

    public NearestTopology {
        int most = Limits.DEFAULT.k();
        if (k < 1 || k > most) {
            throw new IllegalArgumentException(
                    "k must be between 1 and %d, but was %d.".formatted(most, k));
        }
        if (!(distanceMax >= 0)) {
            throw new IllegalArgumentException(
                    "The largest distance of a neighbour must be 0 or more, but was %s."
                            .formatted(distanceMax));
        }
        routing.open(space); // what does not fit is refused here and not in a task
        routing.probing(space);
    }

    /** The rule by which the index is kept: no records of it are pairs. */
    public static JoinRule space(Metric metric, Encoding encoding, int dimensions) {
        return new JoinRule(
                metric,
                encoding,
                dimensions,
                0,
                false,
                JoinRule.UNLIMITED,
                JoinRule.UNLIMITED,
                false);
    }

    /**
     * Keeps the index; late changes are on its side output, as they came. The first part.
     *
     * @param keptMs after which a version expires, if not before, milliseconds, 1 or more; {@link
     *     JoinChange#NEVER} for never
     */
    public SingleOutputStreamOperator<Visit> place(DataStream<JoinChange> index, long keptMs) {
        return new JoinTopology(space, routing, name, waitingBytesMax, cacheBytesMax, 0, INDEX)
                .place(index, false, change -> aging(change, keptMs));
    }

    /** Its row has the expiry as its event time: readers of the bucket go by it. */
    private static JoinChange aging(JoinChange change, long keptMs) {
        long began = change.record().version().time();
        boolean ages = keptMs < JoinChange.NEVER - Math.max(0, began);
        long expiresAt = Math.min(change.expiresAt(), ages ? began + keptMs : JoinChange.NEVER);
        return new JoinChange(
                change.record(), change.delete(), change.vector(), expiresAt, expiresAt);
    }

    /** Numbers the elements and asks; see {@link AskOperator}. */
    public <T> SingleOutputStreamOperator<Tuple3<Long, Integer, T>> ask(
            DataStream<T> elements,
            SerializableFunction<T, byte[]> vectorOf,
            OutputTag<T> late,
            OutputTag<T> refused) {
        return elements.rebalance()
                .transform(
                        "Ask buckets",
                        asking(elements.getType()),
                        new AskOperator<>(space, routing, vectorOf, late, refused))
                .uid(name + ".ask.v1");
    }

    /** The elements with their neighbours, at their own times. */
    public <T> SingleOutputStreamOperator<Neighbours<T>> neighbours(
            SingleOutputStreamOperator<Visit> placed,
            SingleOutputStreamOperator<Tuple3<Long, Integer, T>> asking,
            TypeInformation<T> type) {
        SingleOutputStreamOperator<Share> shares =
                placed.union(asking.getSideOutput(AskOperator.PROBES))
                        .keyBy(Visit::bucket, Types.INT)
                        .transform(
                                "Search buckets",
                                ShareSerializer.TYPE,
                                new SearchOperator(
                                        space, k, distanceMax, waitingBytesMax, cacheBytesMax))
                        .uid(name + ".search.v1");
        return asking.connect(shares)
                .keyBy(element -> element.f0, Share::number, Types.LONG)
                .process(new MergeFunction<>(k, asking(type)), new NeighboursType<>(type))
                .uid(name + ".merge.v1")
                .name("Merge shares");
    }

    private static <T> TypeInformation<Tuple3<Long, Integer, T>> asking(TypeInformation<T> type) {
        return new TupleTypeInfo<>(Types.LONG, Types.INT, type);
    }
}
