package io.nearstream.jobs.query.merge;

import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.query.answer.ProbeMetrics;
import io.nearstream.jobs.query.gauge.GaugeNote;
import io.nearstream.jobs.query.gauge.GaugeNoteSerializer;
import io.nearstream.jobs.query.gauge.GaugeSettings;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.jobs.query.message.ProbeHeader;
import io.nearstream.jobs.query.message.RecordCheck;
import io.nearstream.jobs.query.payload.OpenAnswer;
import io.nearstream.jobs.query.payload.OpenAnswerSerializer;
import io.nearstream.jobs.query.payload.PayloadRequest;
import io.nearstream.jobs.query.payload.PayloadRequestSerializer;
import io.nearstream.jobs.query.rerank.RecordRequest;
import io.nearstream.jobs.query.rerank.RecordRequestSerializer;
import io.nearstream.jobs.query.route.Owners;
import java.util.Optional;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Gathers the shares of each probe, keyed by its position. Input 1: headers. Input 2: shares.
 * Output: the answer, when all shares are there or the deadline has come. What is pending lies on
 * the heap and is written to keyed state at a checkpoint only.
 */
public final class MergeOperator extends AbstractStreamOperator<OutRecord>
        implements TwoInputStreamOperator<ProbeHeader, Partial, OutRecord> {
    /** Answers that still need payloads. */
    public static final OutputTag<OpenAnswer> OPEN =
            new OutputTag<>("open-answers", OpenAnswerSerializer.TYPE);

    /** The payloads that they need. */
    public static final OutputTag<PayloadRequest> PAYLOAD_REQUESTS =
            new OutputTag<>("payload-requests", PayloadRequestSerializer.TYPE);

    /** Answers that may be gauged. */
    public static final OutputTag<GaugeNote> GAUGED =
            new OutputTag<>("gauged-answers", GaugeNoteSerializer.TYPE);

    /** Answers of which candidates are to be scored again. */
    public static final OutputTag<OpenRerank> RERANKS =
            new OutputTag<>("open-reranks", OpenRerankSerializer.TYPE);

    /** These candidates, for the record store. */
    public static final OutputTag<RecordRequest> RECORD_REQUESTS =
            new OutputTag<>("record-requests", RecordRequestSerializer.TYPE);

    private static final long serialVersionUID = 1L;

    private final int pendingMax;
    private final Owners owners;
    private final GaugeSettings gauge;

    private transient PendingProbes<PendingAnswer> pending;
    private transient AnswerOutput answers;

    /**
     * @param pendingMax probes that a subtask keeps waiting, at most
     * @param owners which subtask of the record store has a record; it has as many as this operator
     */
    public MergeOperator(int pendingMax, Owners owners, GaugeSettings gauge) {
        this.pendingMax = pendingMax;
        this.owners = owners;
        this.gauge = gauge;
    }

    @Override
    public void open() throws Exception {
        super.open();
        answers = new AnswerOutput(output, new ProbeMetrics(getMetricGroup()), gauge);
        ValueStateDescriptor<PendingAnswer> descriptor =
                new ValueStateDescriptor<>("pending-answers", PendingAnswerSerializer.INSTANCE);
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
                        PendingAnswer::new,
                        this::finish);
        getMetricGroup().gauge("pendingProbes", () -> pending.waiting());
        pending.keepDeadlines();
    }

    @Override
    public void processElement1(StreamRecord<ProbeHeader> element) throws Exception {
        ProbeHeader header = element.getValue();
        PendingAnswer answer = pending.of(header.key());
        answer.header(header);
        if (!pending.admit(answer)) {
            answers.emit(header, Merging.tooMany(header, pendingMax));
            answer.markAnswered();
        }
        pending.endIfComplete(answer);
    }

    @Override
    public void processElement2(StreamRecord<Partial> element) throws Exception {
        PendingAnswer answer = pending.of(element.getValue().key());
        answer.add(element.getValue());
        pending.endIfComplete(answer);
    }

    private void finish(PendingAnswer answer) {
        long nowMicros = getProcessingTimeService().getCurrentProcessingTime() * 1_000;
        Optional<OpenRerank> rerank = Reranking.open(answer, nowMicros);
        if (rerank.isPresent()) {
            output.collect(RERANKS, new StreamRecord<>(rerank.get()));
            RecordCheck check = answer.header().flatMap(ProbeHeader::rerank).orElseThrow().check();
            int subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
            for (RecordRequest request :
                    Reranking.requests(rerank.get(), check, owners, subtasks)) {
                output.collect(RECORD_REQUESTS, new StreamRecord<>(request));
            }
            return;
        }
        answers.finish(
                answer.header().orElseThrow(),
                Merging.result(answer, nowMicros),
                answer.hits(),
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
