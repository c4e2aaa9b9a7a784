package io.nearstream.operators.join;

import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.PairBucket;
import io.nearstream.core.join.PairChange;
import io.nearstream.core.join.Visit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Says the pairs of its buckets, see {@link BucketOperator}. Output: pairs, with the time of their
 * cause, in front of the watermark that covers it.
 */
public final class PairOperator extends BucketOperator<PairChange>
        implements Triggerable<Integer, VoidNamespace> {
    private static final long serialVersionUID = 1L;

    /** Buckets are looked through for what is over this often in the time that it is retained. */
    private static final int FORGETTING_SHARE = 8;

    private final JoinRule rule;

    private transient InternalTimerService<VoidNamespace> timers;
    private transient Counter added;
    private transient Counter takenBack;

    /**
     * @param waitingBytesMax visits of a subtask that wait on the heap, at most, about
     * @param cacheBytesMax buckets of a subtask that are kept on the heap, at most, about
     */
    public PairOperator(JoinRule rule, long waitingBytesMax, long cacheBytesMax) {
        super(rule, "join-visits-parts", "join-bucket-log", waitingBytesMax, cacheBytesMax);
        this.rule = rule;
    }

    @Override
    public void open() throws Exception {
        super.open();
        timers =
                getInternalTimerService(
                        "join-bucket-forgets", VoidNamespaceSerializer.INSTANCE, this);
        added = getMetricGroup().counter("pairsAdded");
        takenBack = getMetricGroup().counter("pairsTakenBack");
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        release(mark.getTimestamp());
        if (mark.getTimestamp() == Watermark.MAX_WATERMARK.getTimestamp()) {
            // The end of a drained input is not a time: nothing is forgotten by it.
            output.emitWatermark(mark);
        } else {
            super.processWatermark(mark);
        }
    }

    @Override
    protected void apply(PairBucket bucket, Visit visit) {
        bucket.apply(visit, this::say);
    }

    private void say(PairChange change) {
        (change.added() ? added : takenBack).inc();
        output.collect(new StreamRecord<>(change, change.cause().version().time()));
    }

    /** What is retained for a time is to be forgotten behind it. */
    @Override
    protected void changed(PairBucket bucket) {
        if (rule.retainMs() == JoinRule.UNLIMITED || bucket.size() == 0) {
            return;
        }
        long step = Math.max(1, rule.retainMs() / FORGETTING_SHARE);
        long over = bucket.oldest() + rule.retainMs() + 1;
        if (over >= bucket.oldest() && over <= Long.MAX_VALUE - step) {
            long at = Math.floorDiv(over + step - 1, step) * step;
            timers.registerEventTimeTimer(VoidNamespace.INSTANCE, at);
        }
    }

    @Override
    public void onEventTime(InternalTimer<Integer, VoidNamespace> timer) throws Exception {
        change(timer.getKey(), bucket -> bucket.forgetBefore(timer.getTimestamp()));
    }

    @Override
    public void onProcessingTime(InternalTimer<Integer, VoidNamespace> timer) {
        throw new IllegalStateException("A join has no timers of processing time.");
    }
}
