package io.nearstream.operators.nearest;

import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.RecordRef;
import io.nearstream.core.join.Visit;
import io.nearstream.core.model.RefusedException;
import io.nearstream.core.model.Version;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.operators.join.VisitSerializer;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.apache.flink.util.function.SerializableFunction;

/**
 * Numbers the elements that ask, and asks the buckets of each. Input: elements, dealt out to the
 * subtasks, so that all of these have the same watermark at a checkpoint. Output: each element with
 * its number, which no other has, and how many buckets it asks; on the side its probes, one for
 * each bucket, and elements that came too late or have no vector of the space.
 *
 * <p>An element is late by the watermark of its own stream alone: what is behind it no bucket has
 * passed, either. The watermark is a part of the state, so that what was late stays late after a
 * failure, and so are the cells, since records live by those of the state.
 *
 * @param <T> the elements
 */
public final class AskOperator<T> extends AbstractStreamOperator<Tuple3<Long, Integer, T>>
        implements OneInputStreamOperator<T, Tuple3<Long, Integer, T>> {
    /** Questions to buckets; see {@link #probe}. */
    public static final OutputTag<Visit> PROBES = new OutputTag<>("probes", VisitSerializer.TYPE);

    private static final long serialVersionUID = 1L;
    private static final int[] NO_HOMES = {};
    private static final ListStateDescriptor<Long> FRONTIER =
            new ListStateDescriptor<>("nearest-frontier", LongSerializer.INSTANCE);
    private static final ListStateDescriptor<Long> NEXT =
            new ListStateDescriptor<>("nearest-next", LongSerializer.INSTANCE);
    private static final ListStateDescriptor<byte[]> REMEMBERED =
            new ListStateDescriptor<>("nearest-cells", BytePrimitiveArraySerializer.INSTANCE);

    private final JoinRule rule;
    private final NearestRouting routingOf;
    private final SerializableFunction<T, byte[]> vectorOf;
    private final OutputTag<T> lateTag;
    private final OutputTag<T> refusedTag;

    private transient ListState<Long> frontierState;
    private transient ListState<Long> nextState;
    private transient ListState<byte[]> rememberedState;
    private transient byte[] remembered;
    private transient NearestRouting.Probing probing;
    private transient VectorSpace space;
    private transient long frontier;
    private transient long newest;
    private transient long next;
    private transient int step;
    private transient Counter late;
    private transient Counter refused;
    private transient Counter probes;

    /**
     * @param vectorOf the vector of an element, in the encoding of the rule
     */
    public AskOperator(
            JoinRule rule,
            NearestRouting routing,
            SerializableFunction<T, byte[]> vectorOf,
            OutputTag<T> lateTag,
            OutputTag<T> refusedTag) {
        this.rule = rule;
        this.routingOf = routing;
        this.vectorOf = vectorOf;
        this.lateTag = lateTag;
        this.refusedTag = refusedTag;
    }

    /**
     * The question of an element to a bucket. It comes behind all versions of its time.
     *
     * @param number of the element
     */
    static Visit probe(int bucket, long number, long time, byte[] vector) {
        RecordRef asks =
                new RecordRef(JoinRule.RIGHT, "", new Version(time, Integer.MAX_VALUE, number));
        return new Visit(
                bucket,
                Visit.Kind.LOOK,
                asks,
                time,
                NO_HOMES,
                vector,
                Visit.NO_CENTRE,
                Float.POSITIVE_INFINITY);
    }

    /** The number of the element whose probe this is. */
    static long number(Visit probe) {
        return probe.record().version().offset();
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        frontierState = context.getOperatorStateStore().getUnionListState(FRONTIER);
        nextState = context.getOperatorStateStore().getUnionListState(NEXT);
        rememberedState = context.getOperatorStateStore().getUnionListState(REMEMBERED);
        NearestRouting chosen = routingOf;
        for (byte[] earlier : rememberedState.get()) {
            chosen = chosen.remembering(earlier);
        }
        remembered = chosen.remembered();
        probing = chosen.probing(rule);
        space = rule.space();
        frontier = Long.MIN_VALUE;
        for (long time : frontierState.get()) {
            frontier = Math.max(frontier, time);
        }
        newest = frontier;
        // Above all numbers of the state, and each subtask takes its own of every round.
        step = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
        next = 0;
        for (long other : nextState.get()) {
            next = Math.max(next, other);
        }
        next += getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    }

    @Override
    public void open() throws Exception {
        super.open();
        late = getMetricGroup().counter("lateElements");
        refused = getMetricGroup().counter("refusedElements");
        probes = getMetricGroup().counter("probes");
        if (frontier > Long.MIN_VALUE) {
            // Buckets know no time any more, and an input that is quiet now would not tell them.
            output.emitWatermark(new Watermark(frontier));
        }
    }

    @Override
    public void processElement(StreamRecord<T> element) throws Exception {
        if (!element.hasTimestamp()) {
            throw new IllegalStateException(
                    "An element that asks for its nearest neighbours has no timestamp. They are those of its time: assign timestamps and watermarks to its stream (assignTimestampsAndWatermarks).");
        }
        if (element.getTimestamp() <= frontier) {
            late.inc();
            output.collect(lateTag, element);
            return;
        }
        byte[] vector = vectorOf.apply(element.getValue());
        try {
            space.check(vector);
        } catch (RefusedException bad) {
            refused.inc();
            output.collect(refusedTag, element);
            return;
        }
        ask(element, rule.packed(vector), probing.buckets(vector));
    }

    private void ask(StreamRecord<T> element, byte[] vector, int[] buckets) {
        long time = element.getTimestamp();
        long number = next;
        next += step;
        newest = Math.max(newest, time);
        output.collect(
                new StreamRecord<>(new Tuple3<>(number, buckets.length, element.getValue()), time));
        for (int bucket : buckets) {
            output.collect(PROBES, new StreamRecord<>(probe(bucket, number, time, vector), time));
        }
        probes.inc(buckets.length);
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        // The end of a drained input is not a time, but nothing may come before it later.
        boolean end = mark.getTimestamp() == Watermark.MAX_WATERMARK.getTimestamp();
        frontier = Math.max(frontier, end ? newest : mark.getTimestamp());
        super.processWatermark(mark);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        frontierState.update(List.of(frontier));
        nextState.update(List.of(next));
        boolean speaks = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0;
        rememberedState.update(speaks && remembered.length > 0 ? List.of(remembered) : List.of());
    }
}
