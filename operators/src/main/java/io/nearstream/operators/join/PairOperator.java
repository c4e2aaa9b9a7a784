package io.nearstream.operators.join;

import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.PairBucket;
import io.nearstream.core.join.PairChange;
import io.nearstream.core.join.Visit;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
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
 * Keeps the buckets of its key groups and says their pairs. Keyed by bucket. Input: visits, in any
 * order; they wait for the watermark and are applied in the order of the log, those of a bucket
 * together. Output: pairs, with the time of their cause, in front of the watermark that covers it.
 *
 * <p>A bucket lies in the state as a log of blocks; the ones used last are kept as they are, too.
 */
public final class PairOperator extends AbstractStreamOperator<PairChange>
        implements OneInputStreamOperator<Visit, PairChange>, Triggerable<Integer, VoidNamespace> {
    private static final long serialVersionUID = 1L;
    private static final String WAITING = "join-visits-parts";

    /** Bytes of a visit on the heap beside its vector, about. */
    private static final int VISIT_BYTES = 200;

    private static final Waiting.Kind<Visit> VISITS =
            new Waiting.Kind<Visit>(
                    visit -> visit.record().version().time(),
                    Comparator.naturalOrder(),
                    PairOperator::bytes);

    /** Buckets are looked through for what is over this often in the time that it is retained. */
    private static final int FORGETTING_SHARE = 8;

    /** Of what is kept ready; nothing that is said depends on it. */
    private static final long SEED = 1;

    private final JoinRule rule;
    private final long waitingBytesMax;
    private final long cacheBytesMax;

    private transient Waiting<Integer, Visit> waiting;
    private transient ListState<byte[]> blocks;
    private transient BucketCache cache;
    private transient FilledBuckets filled;
    private transient InternalTimerService<VoidNamespace> timers;
    private transient Counter added;
    private transient Counter takenBack;
    private transient Counter scanned;
    private transient Counter bucketsRead;

    /**
     * @param waitingBytesMax visits of a subtask that wait on the heap, at most, about
     * @param cacheBytesMax buckets of a subtask that are kept on the heap, at most, about
     */
    public PairOperator(JoinRule rule, long waitingBytesMax, long cacheBytesMax) {
        this.rule = rule;
        this.waitingBytesMax = waitingBytesMax;
        this.cacheBytesMax = cacheBytesMax;
    }

    /** Of a visit on the heap, about. */
    public static int bytes(Visit visit) {
        return VISIT_BYTES + visit.vector().length;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        filled = new FilledBuckets(context.isRestored());
    }

    @Override
    public void open() throws Exception {
        super.open();
        blocks =
                getPartitionedState(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        new ListStateDescriptor<>(
                                "join-bucket-log", BytePrimitiveArraySerializer.INSTANCE));
        waiting =
                new Waiting<>(
                        getPartitionedState(
                                VoidNamespace.INSTANCE,
                                VoidNamespaceSerializer.INSTANCE,
                                Waiting.descriptor(WAITING, VisitSerializer.INSTANCE)),
                        getKeyedStateBackend(),
                        WAITING,
                        this::setCurrentKey,
                        VISITS,
                        waitingBytesMax);
        cache = new BucketCache(cacheBytesMax, new SplittableRandom(SEED));
        timers =
                getInternalTimerService(
                        "join-bucket-forgets", VoidNamespaceSerializer.INSTANCE, this);
        added = getMetricGroup().counter("pairsAdded");
        takenBack = getMetricGroup().counter("pairsTakenBack");
        scanned = getMetricGroup().counter("distances");
        bucketsRead = getMetricGroup().counter("bucketsRead");
        getMetricGroup().gauge("waitingBytes", () -> waiting.bytes());
        getMetricGroup().gauge("bucketCacheBytes", () -> cache.bytes());
    }

    @Override
    public void processElement(StreamRecord<Visit> element) throws Exception {
        Visit visit = element.getValue();
        waiting.add(visit.bucket(), visit);
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        waiting.release(mark.getTimestamp(), this::apply);
        if (mark.getTimestamp() == Watermark.MAX_WATERMARK.getTimestamp()) {
            // The end of a drained input is not a time: nothing is forgotten by it.
            output.emitWatermark(mark);
        } else {
            super.processWatermark(mark);
        }
    }

    private void apply(int number, List<Visit> visits) throws Exception {
        PairBucket bucket = bucket(number);
        boolean wasEmpty = bucket.isEmpty();
        long before = bucket.scanned();
        for (Visit visit : visits) {
            bucket.apply(visit, this::say);
        }
        scanned.inc(bucket.scanned() - before);
        store(number, bucket, wasEmpty);
    }

    private PairBucket bucket(int number) throws Exception {
        PairBucket cached = cache.get(number);
        if (cached != null) {
            return cached;
        }
        if (!filled.mayBeFilled(number)) {
            return new PairBucket(rule);
        }
        bucketsRead.inc();
        Iterable<byte[]> log = blocks.get(); // Flink gives null where there is nothing
        filled.is(number, log != null);
        return PairBucket.read(rule, log == null ? List.of() : log);
    }

    private void say(PairChange change) {
        (change.added() ? added : takenBack).inc();
        output.collect(new StreamRecord<>(change, change.cause().version().time()));
    }

    private void store(int number, PairBucket bucket, boolean wasEmpty) throws Exception {
        if (bucket.isEmpty()) {
            if (!wasEmpty) {
                blocks.clear();
                cache.remove(number);
                filled.is(number, false);
            }
            return;
        }
        if (bucket.isWasteful()) {
            blocks.update(List.of(bucket.rewrite()));
        } else {
            byte[] rows = bucket.drain();
            if (rows.length > 0) {
                blocks.add(rows);
            }
        }
        filled.is(number, true);
        cache.put(number, bucket);
        forgetLater(bucket);
    }

    private void forgetLater(PairBucket bucket) {
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
        PairBucket bucket = bucket(timer.getKey());
        boolean wasEmpty = bucket.isEmpty();
        bucket.forgetBefore(timer.getTimestamp());
        store(timer.getKey(), bucket, wasEmpty);
    }

    @Override
    public void onProcessingTime(InternalTimer<Integer, VoidNamespace> timer) {
        throw new IllegalStateException("A join has no timers of processing time.");
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        waiting.spill();
    }
}
