package io.nearstream.operators.join;

import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.PairBucket;
import io.nearstream.core.join.Visit;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Keeps the buckets of its key groups and applies visits to them. Keyed by bucket. Visits come in
 * any order; they wait until a watermark has passed them and are applied in the order of the log,
 * those of a bucket together. A subclass says what a visit does, and which watermarks pass on.
 *
 * <p>A bucket lies in the state as a log of blocks; some are kept on the heap as they are, too. The
 * gauge {@code largestBucketBytes} says what the largest one took that was in use.
 *
 * @param <T> what visits bring about
 */
public abstract class BucketOperator<T> extends AbstractStreamOperator<T>
        implements OneInputStreamOperator<Visit, T> {
    private static final long serialVersionUID = 1L;

    /** Bytes of a visit on the heap beside its vector, about. */
    private static final int VISIT_BYTES = 200;

    private static final Waiting.Kind<Visit> VISITS =
            new Waiting.Kind<Visit>(
                    visit -> visit.record().version().time(),
                    Comparator.naturalOrder(),
                    BucketOperator::bytes);

    private final JoinRule rule;
    private final String waitingState;
    private final String logState;
    private final long waitingBytesMax;
    private final long cacheBytesMax;

    private transient boolean restored;
    private transient Waiting<Integer, Visit> waiting;
    private transient Buckets buckets;
    private transient Counter scanned;

    /**
     * @param waitingState permanent name of the state of visits that wait
     * @param logState permanent name of the state of buckets
     * @param waitingBytesMax visits of a subtask that wait on the heap, at most, about
     * @param cacheBytesMax buckets of a subtask that are kept on the heap, at most, about
     */
    protected BucketOperator(
            JoinRule rule,
            String waitingState,
            String logState,
            long waitingBytesMax,
            long cacheBytesMax) {
        this.rule = rule;
        this.waitingState = waitingState;
        this.logState = logState;
        this.waitingBytesMax = waitingBytesMax;
        this.cacheBytesMax = cacheBytesMax;
    }

    /** Of a visit on the heap, about. */
    static int bytes(Visit visit) {
        return VISIT_BYTES + visit.vector().length;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        restored = context.isRestored();
    }

    @Override
    public void open() throws Exception {
        super.open();
        buckets =
                new Buckets(
                        rule,
                        getPartitionedState(
                                VoidNamespace.INSTANCE,
                                VoidNamespaceSerializer.INSTANCE,
                                new ListStateDescriptor<>(
                                        logState, BytePrimitiveArraySerializer.INSTANCE)),
                        restored,
                        cacheBytesMax,
                        getMetricGroup().counter("bucketsRead"));
        waiting =
                new Waiting<>(
                        getPartitionedState(
                                VoidNamespace.INSTANCE,
                                VoidNamespaceSerializer.INSTANCE,
                                Waiting.descriptor(waitingState, VisitSerializer.INSTANCE)),
                        getKeyedStateBackend(),
                        waitingState,
                        this::setCurrentKey,
                        VISITS,
                        waitingBytesMax);
        scanned = getMetricGroup().counter("distances");
        getMetricGroup().gauge("waitingBytes", () -> waiting.bytes());
        getMetricGroup().gauge("bucketCacheBytes", () -> buckets.cacheBytes());
        getMetricGroup().gauge("largestBucketBytes", () -> buckets.largestBytes());
    }

    @Override
    public void processElement(StreamRecord<Visit> element) throws Exception {
        Visit visit = element.getValue();
        waiting.add(visit.bucket(), visit);
    }

    /** Applies all that waits up to a watermark. */
    protected final void release(long watermark) throws Exception {
        waiting.release(watermark, this::applyAll);
    }

    /** Applies what waits up to a watermark at a bucket. */
    protected final void release(int number, long watermark) throws Exception {
        waiting.release(number, watermark, this::applyAll);
    }

    private void applyAll(int number, List<Visit> visits) throws Exception {
        change(number, bucket -> visits.forEach(visit -> apply(bucket, visit)));
    }

    /** Changes the bucket that is the current key, and stores it. */
    protected final void change(int number, Consumer<PairBucket> how) throws Exception {
        PairBucket bucket =
                buckets.change(
                        number,
                        found -> {
                            long before = found.scanned();
                            how.accept(found);
                            scanned.inc(found.scanned() - before);
                        });
        changed(bucket);
    }

    /** Applies a visit, which comes after all before. */
    protected abstract void apply(PairBucket bucket, Visit visit);

    /**
     * The bucket that is the current key has been stored.
     *
     * @param bucket as it is now
     */
    protected void changed(PairBucket bucket) {}

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        waiting.spill();
    }
}
