package io.nearstream.operators.nearest;

import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.Near;
import io.nearstream.core.join.PairBucket;
import io.nearstream.core.join.Visit;
import io.nearstream.operators.join.BucketCache;
import io.nearstream.operators.join.PairOperator;
import io.nearstream.operators.join.VisitSerializer;
import io.nearstream.operators.join.Waiting;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Keeps the records that live in the buckets of its key groups, and answers what asks for them.
 * Keyed by bucket. Input: visits of records and of probes, in any order; they wait for the
 * watermark and are applied in the order of their times, those of a bucket together. A row's event
 * time is when its record expires. Output: one share for each probe, in front of the watermark that
 * covers it.
 *
 * <p>A bucket lies in the state as a log of blocks; some are kept on the heap as they are, too.
 */
public final class SearchOperator extends AbstractStreamOperator<Share>
        implements OneInputStreamOperator<Visit, Share> {
    private static final long serialVersionUID = 1L;
    private static final String WAITING = "nearest-visits-parts";
    private static final String LOG = "nearest-bucket-log";

    private static final Waiting.Kind<Visit> VISITS =
            new Waiting.Kind<Visit>(
                    visit -> visit.record().version().time(),
                    Comparator.naturalOrder(),
                    PairOperator::bytes);

    /** Of what is kept ready; nothing that is said depends on it. */
    private static final long SEED = 1;

    private final JoinRule rule;
    private final int k;
    private final double distanceMax;
    private final long waitingBytesMax;
    private final long cacheBytesMax;

    private transient Waiting<Integer, Visit> waiting;
    private transient ListState<byte[]> blocks;
    private transient BucketCache cache;
    private transient long passed;
    private transient Counter scanned;

    /**
     * @param k neighbours wanted, 1 or more
     * @param distanceMax none is further; infinite where all may be
     * @param waitingBytesMax visits of a subtask that wait on the heap, at most, about
     * @param cacheBytesMax buckets of a subtask that are kept on the heap, at most, about
     */
    public SearchOperator(
            JoinRule rule, int k, double distanceMax, long waitingBytesMax, long cacheBytesMax) {
        this.rule = rule;
        this.k = k;
        this.distanceMax = distanceMax;
        this.waitingBytesMax = waitingBytesMax;
        this.cacheBytesMax = cacheBytesMax;
    }

    @Override
    public void open() throws Exception {
        super.open();
        passed = Long.MIN_VALUE;
        blocks =
                getPartitionedState(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        new ListStateDescriptor<>(LOG, BytePrimitiveArraySerializer.INSTANCE));
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
        scanned = getMetricGroup().counter("distances");
        getMetricGroup().gauge("waitingBytes", () -> waiting.bytes());
        getMetricGroup().gauge("bucketCacheBytes", () -> cache.bytes());
    }

    @Override
    public void processElement(StreamRecord<Visit> element) throws Exception {
        Visit visit = element.getValue();
        waiting.add(visit.bucket(), visit);
        if (visit.record().version().time() <= passed) {
            // Nothing is late here, but behind the last watermark of all comes no other: the index
            // has ended, and elements that were idle ask again.
            waiting.release(passed, this::apply);
        }
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        passed = mark.getTimestamp();
        waiting.release(passed, this::apply);
        super.processWatermark(mark);
    }

    private void apply(int number, List<Visit> visits) throws Exception {
        PairBucket bucket = bucket(number);
        boolean wasEmpty = bucket.isEmpty();
        long before = bucket.scanned();
        for (Visit visit : visits) {
            switch (visit.kind()) {
                case LOOK -> answer(bucket, visit);
                case LIVE -> bucket.store(visit);
                case END -> bucket.apply(visit, SearchOperator::noPairs);
                default -> throw new IllegalArgumentException("Unknown kind " + visit.kind());
            }
        }
        scanned.inc(bucket.scanned() - before);
        store(number, bucket, wasEmpty);
    }

    private static void noPairs(Object change) {
        throw new IllegalStateException(
                "A bucket of an index keeps no pairs, but says " + change + ".");
    }

    private void answer(PairBucket bucket, Visit probe) {
        long time = probe.record().version().time();
        List<Near> nearest =
                bucket.nearest(probe.vector(), k, distanceMax, expiresAt -> expiresAt > time);
        Share share = new Share(AskOperator.number(probe), 1, nearest);
        output.collect(new StreamRecord<>(share, time));
    }

    private PairBucket bucket(int number) throws Exception {
        PairBucket cached = cache.get(number);
        if (cached != null) {
            return cached;
        }
        Iterable<byte[]> log = blocks.get(); // Flink gives null where there is nothing
        return PairBucket.read(rule, log == null ? List.of() : log);
    }

    private void store(int number, PairBucket bucket, boolean wasEmpty) throws Exception {
        if (bucket.isEmpty()) {
            if (!wasEmpty) {
                blocks.clear();
                cache.remove(number);
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
        cache.put(number, bucket);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        waiting.spill();
    }
}
