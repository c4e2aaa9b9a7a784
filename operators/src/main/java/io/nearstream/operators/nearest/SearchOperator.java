package io.nearstream.operators.nearest;

import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.Near;
import io.nearstream.core.join.PairBucket;
import io.nearstream.core.join.Visit;
import io.nearstream.operators.join.BucketOperator;
import java.util.List;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Keeps the records that live in its buckets, and answers what asks for them, see {@link
 * BucketOperator}. Input: visits of records and of probes. A row's event time is when its record
 * expires. Output: one share for each probe, in front of the watermark that covers it.
 */
public final class SearchOperator extends BucketOperator<Share> {
    private static final long serialVersionUID = 1L;

    private final int k;
    private final double distanceMax;

    private transient long passed;

    /**
     * @param k neighbours wanted, 1 or more
     * @param distanceMax none is further; infinite where all may be
     * @param waitingBytesMax visits of a subtask that wait on the heap, at most, about
     * @param cacheBytesMax buckets of a subtask that are kept on the heap, at most, about
     */
    public SearchOperator(
            JoinRule rule, int k, double distanceMax, long waitingBytesMax, long cacheBytesMax) {
        super(rule, "nearest-visits-parts", "nearest-bucket-log", waitingBytesMax, cacheBytesMax);
        this.k = k;
        this.distanceMax = distanceMax;
    }

    @Override
    public void open() throws Exception {
        super.open();
        passed = Long.MIN_VALUE;
    }

    @Override
    public void processElement(StreamRecord<Visit> element) throws Exception {
        super.processElement(element);
        Visit visit = element.getValue();
        if (visit.record().version().time() <= passed) {
            // Nothing is late here, but behind the last watermark of all comes no other: the index
            // has ended, and elements that were idle ask again.
            release(visit.bucket(), passed);
        }
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        passed = mark.getTimestamp();
        release(passed);
        super.processWatermark(mark);
    }

    @Override
    protected void apply(PairBucket bucket, Visit visit) {
        switch (visit.kind()) {
            case LOOK -> answer(bucket, visit);
            case LIVE -> bucket.store(visit);
            case END -> bucket.apply(visit, SearchOperator::noPairs);
            default -> throw new IllegalArgumentException("Unknown kind " + visit.kind());
        }
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
}
