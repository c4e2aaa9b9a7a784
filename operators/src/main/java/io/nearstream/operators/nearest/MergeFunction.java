package io.nearstream.operators.nearest;

import io.nearstream.operators.Neighbour;
import io.nearstream.operators.Neighbours;
import javax.annotation.Nullable;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Puts the shares of buckets to the elements that asked. Keyed by the number of the element. An
 * element waits in the state until every bucket that it asked has answered, and comes out then, at
 * its own timestamp. Input 1: number, buckets asked and element, see {@link AskOperator}.
 *
 * @param <T> the elements
 */
public final class MergeFunction<T>
        extends KeyedCoProcessFunction<Long, Tuple3<Long, Integer, T>, Share, Neighbours<T>> {
    private static final long serialVersionUID = 1L;

    private final int k;
    private final TypeInformation<Tuple3<Long, Integer, T>> type;
    private transient ValueState<Tuple3<Long, Integer, T>> asking;
    private transient ValueState<Share> found;

    /**
     * @param k neighbours wanted, 1 or more
     * @param type of the elements that ask
     */
    public MergeFunction(int k, TypeInformation<Tuple3<Long, Integer, T>> type) {
        this.k = k;
        this.type = type;
    }

    @Override
    public void open(OpenContext context) {
        asking = getRuntimeContext().getState(new ValueStateDescriptor<>("nearest-asking", type));
        found =
                getRuntimeContext()
                        .getState(
                                new ValueStateDescriptor<>(
                                        "nearest-found", ShareSerializer.INSTANCE));
    }

    @Override
    public void processElement1(
            Tuple3<Long, Integer, T> element, Context context, Collector<Neighbours<T>> out)
            throws Exception {
        if (!answer(element, found.value(), out)) {
            asking.update(element);
        }
    }

    @Override
    public void processElement2(Share share, Context context, Collector<Neighbours<T>> out)
            throws Exception {
        Share before = found.value();
        Share after = before == null ? share : before.with(share, k);
        Tuple3<Long, Integer, T> element = asking.value();
        if (element == null || !answer(element, after, out)) {
            found.update(after);
        }
    }

    /** All of a number are of one time, so whichever comes last brings the timestamp. */
    private boolean answer(
            Tuple3<Long, Integer, T> element, @Nullable Share all, Collector<Neighbours<T>> out) {
        if (all == null || all.buckets() < element.f1) {
            return false;
        }
        out.collect(
                new Neighbours<>(
                        element.f2, all.nearest().stream().limit(k).map(Neighbour::of).toList()));
        asking.clear();
        found.clear();
        return true;
    }
}
