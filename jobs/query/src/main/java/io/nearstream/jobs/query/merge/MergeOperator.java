package io.nearstream.jobs.query.merge;

import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.query.answer.ProbeMetrics;
import io.nearstream.jobs.query.gauge.GaugeNote;
import io.nearstream.jobs.query.gauge.GaugeNoteSerializer;
import io.nearstream.jobs.query.gauge.GaugeSettings;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.jobs.query.message.ProbeHeader;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.payload.OpenAnswer;
import io.nearstream.jobs.query.payload.OpenAnswerSerializer;
import io.nearstream.jobs.query.payload.PayloadRequest;
import io.nearstream.jobs.query.payload.PayloadRequestSerializer;
import io.nearstream.jobs.query.rerank.RecordRequest;
import io.nearstream.jobs.query.rerank.RecordRequestSerializer;
import io.nearstream.jobs.query.route.Owners;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.apache.flink.api.common.state.ValueState;
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
    static final long DEADLINE_CHECK_MS = 10;

    /** How long shares may come after the answer went out, or before their header. */
    private static final long STRAY_MS = 120_000;

    private final int pendingMax;
    private final Owners owners;
    private final GaugeSettings gauge;

    private transient ValueState<PendingAnswer> state;
    private transient Map<ProbeKey, PendingAnswer> pending;
    private transient PriorityQueue<Due> dues;
    private transient Set<ProbeKey> written;
    private transient AnswerOutput answers;

    /** Of the pending ones, those that somebody waits for. */
    private transient int open;

    private record Due(long at, ProbeKey key) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return Long.compare(at, other.at);
        }
    }

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
        pending = new HashMap<>();
        dues = new PriorityQueue<>();
        written = new HashSet<>();
        answers = new AnswerOutput(output, new ProbeMetrics(getMetricGroup()), gauge);
        getMetricGroup().gauge("pendingProbes", () -> open);
        ValueStateDescriptor<PendingAnswer> descriptor =
                new ValueStateDescriptor<>("pending-answers", PendingAnswerSerializer.INSTANCE);
        state =
                getPartitionedState(
                        VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, descriptor);
        restore(descriptor.getName());
        checkDeadlines(0);
    }

    private void restore(String name) throws Exception {
        List<ProbeKey> keys = new ArrayList<>();
        try (var stored =
                this.<ProbeKey>getKeyedStateBackend().getKeys(name, VoidNamespace.INSTANCE)) {
            stored.forEach(keys::add);
        }
        for (ProbeKey key : keys) {
            setCurrentKey(key);
            PendingAnswer answer = state.value().copy();
            open += answer.open() ? 1 : 0;
            pending.put(key, answer);
            written.add(key);
            dues.add(new Due(dueAt(answer), key));
        }
    }

    private static long dueAt(PendingAnswer answer) {
        return answer.answered()
                ? answer.since() + STRAY_MS
                : answer.header().map(ProbeHeader::deadlineAt).orElse(answer.since() + STRAY_MS);
    }

    @Override
    public void processElement1(StreamRecord<ProbeHeader> element) throws Exception {
        ProbeHeader header = element.getValue();
        PendingAnswer answer = pending(header.key());
        answer.header(header);
        dues.add(new Due(header.deadlineAt(), header.key()));
        if (open < pendingMax) {
            open++;
        } else {
            answers.emit(header, Merging.tooMany(header, pendingMax));
            answer.markAnswered();
        }
        finishIfComplete(answer);
    }

    @Override
    public void processElement2(StreamRecord<Partial> element) throws Exception {
        PendingAnswer answer = pending(element.getValue().key());
        answer.add(element.getValue());
        finishIfComplete(answer);
    }

    private PendingAnswer pending(ProbeKey key) {
        PendingAnswer known = pending.get(key);
        if (known == null) {
            long now = getProcessingTimeService().getCurrentProcessingTime();
            known = new PendingAnswer(key, now);
            pending.put(key, known);
            dues.add(new Due(now + STRAY_MS, key));
        }
        return known;
    }

    private void finishIfComplete(PendingAnswer answer) {
        if (answer.complete()) {
            pending.remove(answer.key());
            if (!answer.answered()) {
                finish(answer);
            }
        }
    }

    private void finish(PendingAnswer answer) {
        open--;
        long nowMicros = getProcessingTimeService().getCurrentProcessingTime() * 1_000;
        Optional<OpenRerank> rerank = Reranking.open(answer, nowMicros);
        if (rerank.isPresent()) {
            output.collect(RERANKS, new StreamRecord<>(rerank.get()));
            int subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
            for (RecordRequest request : Reranking.requests(rerank.get(), owners, subtasks)) {
                output.collect(RECORD_REQUESTS, new StreamRecord<>(request));
            }
            return;
        }
        answers.finish(
                answer.header().orElseThrow(),
                Merging.result(answer, nowMicros),
                answer.hits().values(),
                nowMicros);
    }

    private void checkDeadlines(long timestamp) {
        long now = getProcessingTimeService().getCurrentProcessingTime();
        while (!dues.isEmpty() && dues.peek().at() <= now) {
            PendingAnswer answer = pending.get(dues.poll().key());
            if (answer != null && dueAt(answer) <= now) {
                if (!answer.answered() && answer.header().isPresent()) {
                    finish(answer);
                    answer.markAnswered();
                    dues.add(new Due(dueAt(answer), answer.key()));
                } else {
                    pending.remove(answer.key());
                }
            }
        }
        getProcessingTimeService().registerTimer(now + DEADLINE_CHECK_MS, this::checkDeadlines);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        for (ProbeKey key : written) {
            if (!pending.containsKey(key)) {
                setCurrentKey(key);
                state.clear();
            }
        }
        written.clear();
        for (PendingAnswer answer : pending.values()) {
            setCurrentKey(answer.key());
            state.update(answer.copy()); // a heap backend writes it later
            written.add(answer.key());
        }
    }

    /** Probes know no query time. */
    @Override
    public void processWatermark(Watermark mark) {
        // Not passed on.
    }
}
