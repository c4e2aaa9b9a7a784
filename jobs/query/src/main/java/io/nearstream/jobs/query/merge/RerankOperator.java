package io.nearstream.jobs.query.merge;

import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.query.answer.ProbeMetrics;
import io.nearstream.jobs.query.gauge.GaugeSettings;
import io.nearstream.jobs.query.message.Hit;
import io.nearstream.jobs.query.rerank.RecordPart;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Puts exact scores in the place of estimates, keyed by probe. Input 1: answers of which candidates
 * are scored again. Input 2: the scores. Output: the answer, when all are there or the deadline has
 * come; on the side those that need payloads. As in the merge, what is pending lies on the heap and
 * is written at a checkpoint only. Where too many wait, the next one is refused.
 */
public final class RerankOperator extends AbstractStreamOperator<OutRecord>
        implements TwoInputStreamOperator<OpenRerank, RecordPart, OutRecord> {
    private static final long serialVersionUID = 1L;

    private final int pendingMax;
    private final GaugeSettings gauge;

    private transient PendingProbes<PendingRerank> pending;
    private transient AnswerOutput answers;
    private transient AvroWire wire;

    /**
     * @param pendingMax probes that a subtask keeps waiting, at most
     */
    public RerankOperator(int pendingMax, GaugeSettings gauge) {
        this.pendingMax = pendingMax;
        this.gauge = gauge;
    }

    @Override
    public void open() throws Exception {
        super.open();
        wire = AvroWire.of(ProbeResult.getClassSchema());
        answers = new AnswerOutput(output, new ProbeMetrics(getMetricGroup()), gauge);
        ValueStateDescriptor<PendingRerank> descriptor =
                new ValueStateDescriptor<>("pending-reranks", PendingRerankSerializer.INSTANCE);
        pending =
                new PendingProbes<>(
                        getPartitionedState(
                                VoidNamespace.INSTANCE,
                                VoidNamespaceSerializer.INSTANCE,
                                descriptor),
                        getKeyedStateBackend(),
                        descriptor.getName(),
                        this::setCurrentKey,
                        getProcessingTimeService(),
                        pendingMax,
                        PendingRerank::new,
                        this::finish);
        getMetricGroup().gauge("pendingReranks", () -> pending.waiting());
        pending.keepDeadlines();
    }

    @Override
    public void processElement1(StreamRecord<OpenRerank> element) throws Exception {
        OpenRerank open = element.getValue();
        PendingRerank answer = pending.of(open.header().key());
        answer.open(open);
        if (!pending.admit(answer)) {
            answers.emit(open.header(), Merging.tooMany(open.header(), pendingMax));
            answer.markAnswered();
        }
        pending.endIfComplete(answer);
    }

    @Override
    public void processElement2(StreamRecord<RecordPart> element) throws Exception {
        PendingRerank answer = pending.of(element.getValue().probe());
        answer.add(element.getValue().scored());
        pending.endIfComplete(answer);
    }

    private void finish(PendingRerank answer) throws UndecodableException {
        long nowMicros = getProcessingTimeService().getCurrentProcessingTime() * 1_000;
        OpenRerank open = answer.open().orElseThrow();
        Map<Integer, List<Hit>> hits = Reranking.hits(open, answer.scored());
        ProbeResult head = (ProbeResult) wire.decode(open.result());
        answers.finish(
                open.header(),
                Reranking.result(open, head, hits, answer.scored(), nowMicros),
                hits.values().stream().flatMap(List::stream),
                nowMicros);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        pending.snapshot();
    }

    /** Probes know no query time. */
    @Override
    public void processWatermark(Watermark mark) {
        // Not passed on.
    }
}
