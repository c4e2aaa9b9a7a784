package io.nearstream.operators.join;

import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.NearestEarlier;
import io.nearstream.core.join.Pair;
import io.nearstream.core.join.PairChange;
import java.util.List;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Lets through the pairs of each later record with its k nearest earlier ones, and what takes these
 * back. Keyed by the later record. Input: what buckets say; it waits for the watermark, since
 * several of them speak of a record. Output: a part of it, with the same times.
 */
public final class ChooseOperator extends AbstractStreamOperator<PairChange>
        implements OneInputStreamOperator<PairChange, PairChange>,
                Triggerable<String, VoidNamespace> {
    /** What buckets say, as it waits. */
    static final Waiting.Kind<PairChange> PAIRS =
            new Waiting.Kind<>(
                    change -> change.cause().version().time(), PairChange.ORDER, change -> 400);

    private static final long serialVersionUID = 1L;
    private static final String WAITING = "join-pairs-parts";

    private final JoinRule rule;
    private final int k;
    private final long waitingBytesMax;

    private transient NearestEarlier nearest;
    private transient Waiting<String, PairChange> waiting;
    private transient ValueState<ChosenPairs> chosen;
    private transient InternalTimerService<VoidNamespace> timers;

    /**
     * @param k at least 1
     * @param waitingBytesMax pairs of a subtask that wait on the heap, at most, about
     */
    public ChooseOperator(JoinRule rule, int k, long waitingBytesMax) {
        this.rule = rule;
        this.k = k;
        this.waitingBytesMax = waitingBytesMax;
    }

    @Override
    public void open() throws Exception {
        super.open();
        nearest = new NearestEarlier(k);
        chosen =
                getPartitionedState(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        new ValueStateDescriptor<>("join-chosen", ChosenPairsSerializer.INSTANCE));
        waiting =
                new Waiting<>(
                        getPartitionedState(
                                VoidNamespace.INSTANCE,
                                VoidNamespaceSerializer.INSTANCE,
                                Waiting.descriptor(WAITING, PairChangeSerializer.INSTANCE)),
                        getKeyedStateBackend(),
                        WAITING,
                        this::setCurrentKey,
                        PAIRS,
                        waitingBytesMax);
        timers =
                getInternalTimerService("join-chosen-over", VoidNamespaceSerializer.INSTANCE, this);
    }

    @Override
    public void processElement(StreamRecord<PairChange> element) throws Exception {
        PairChange change = element.getValue();
        waiting.add(PlaceOperator.key(change.pair().later()), change);
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        waiting.release(mark.getTimestamp(), this::choose);
        if (mark.getTimestamp() == Watermark.MAX_WATERMARK.getTimestamp()) {
            // The end of a drained input is not a time: nothing is forgotten by it.
            output.emitWatermark(mark);
        } else {
            super.processWatermark(mark);
        }
    }

    private void choose(String later, List<PairChange> changes) throws Exception {
        ChosenPairs before = chosen.value();
        keep(
                nearest.apply(
                        before == null ? List.of() : before.pairs(),
                        changes,
                        change ->
                                output.collect(
                                        new StreamRecord<>(
                                                change, change.cause().version().time()))));
    }

    /** Nothing of it where nobody will take it back. */
    private void keep(List<Pair> pairs) throws Exception {
        if (pairs.isEmpty() || !rule.takesBack()) {
            chosen.clear();
            return;
        }
        chosen.update(new ChosenPairs(pairs));
        long oldest = pairs.stream().mapToLong(ChooseOperator::began).min().orElseThrow();
        if (rule.retainMs() < Long.MAX_VALUE - 1 - Math.max(0, oldest)) {
            timers.registerEventTimeTimer(VoidNamespace.INSTANCE, oldest + rule.retainMs() + 1);
        }
    }

    private static long began(Pair pair) {
        return pair.earlier().version().time();
    }

    /** Pairs that stand for good are forgotten. */
    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        ChosenPairs before = chosen.value();
        if (before != null) {
            keep(
                    before.pairs().stream()
                            .filter(pair -> !rule.isOver(began(pair), timer.getTimestamp()))
                            .toList());
        }
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
        throw new IllegalStateException("A join has no timers of processing time.");
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        waiting.spill();
    }
}
