package io.nearstream.operators;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource.NumberSequenceSplit;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Lets elements through, and opens a gate in front of a source when time has ended. Of one job at a
 * time in this JVM.
 *
 * @param <T> the elements
 */
final class OpensAtTheEnd<T> extends AbstractStreamOperator<T>
        implements OneInputStreamOperator<T, T> {
    private static final long serialVersionUID = 1L;
    private static final AtomicReference<CompletableFuture<Void>> GATE = new AtomicReference<>();

    /** A closed gate, of a job that begins. */
    static RateLimiterStrategy<NumberSequenceSplit> gate() {
        GATE.set(new CompletableFuture<>());
        return parallelism -> wanted -> GATE.get();
    }

    @Override
    public void processElement(StreamRecord<T> element) {
        output.collect(element);
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        super.processWatermark(mark);
        if (mark.getTimestamp() == Watermark.MAX_WATERMARK.getTimestamp()) {
            GATE.get().complete(null);
        }
    }
}
