package io.nearstream.jobs.query.merge;

import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.query.answer.ProbeMetrics;
import io.nearstream.jobs.query.gauge.GaugeSettings;
import io.nearstream.jobs.query.message.Hit;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.rerank.RecordPart;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

/**
 * Puts exact scores in the place of estimates, keyed by probe. Input 1: answers of which candidates
 * are scored again. Input 2: the scores. Output: the answer, when all are there or the deadline has
 * come; on the side those that need payloads. As in the merge, what is pending lies on the heap and
 * is written at a checkpoint only.
 */
public final class RerankOperator extends AbstractStreamOperator<OutRecord>
        implements TwoInputStreamOperator<OpenRerank, RecordPart, OutRecord> {
    private static final long serialVersionUID = 1L;

    /** How long scores may come after the answer went out, or before it was heard of. */
    private static final long STRAY_MS = 120_000;

    private final GaugeSettings gauge;

    private transient ValueState<PendingRerank> state;
    private transient Map<ProbeKey, PendingRerank> pending;
    private transient PriorityQueue<Due> dues;
    private transient Set<ProbeKey> written;
    private transient AnswerOutput answers;
    private transient AvroWire wire;

    private record Due(long at, ProbeKey key) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return Long.compare(at, other.at);
        }
    }

    public RerankOperator(GaugeSettings gauge) {
        this.gauge = gauge;
    }

    @Override
    public void open() throws Exception {
        super.open();
        pending = new HashMap<>();
        dues = new PriorityQueue<>();
        written = new HashSet<>();
        wire = AvroWire.of(ProbeResult.getClassSchema());
        answers = new AnswerOutput(output, new ProbeMetrics(getMetricGroup()), gauge);
        getMetricGroup().gauge("pendingReranks", () -> pending.size());
        ValueStateDescriptor<PendingRerank> descriptor =
                new ValueStateDescriptor<>("pending-reranks", PendingRerankSerializer.INSTANCE);
        state =
                getPartitionedState(
                        VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, descriptor);
        List<ProbeKey> keys = new ArrayList<>();
        try (var stored =
                this.<ProbeKey>getKeyedStateBackend()
                        .getKeys(descriptor.getName(), VoidNamespace.INSTANCE)) {
            stored.forEach(keys::add);
        }
        for (ProbeKey key : keys) {
            setCurrentKey(key);
            PendingRerank answer = state.value().copy();
            pending.put(key, answer);
            written.add(key);
            dues.add(new Due(dueAt(answer), key));
        }
        checkDeadlines(0);
    }

    private static long dueAt(PendingRerank answer) {
        return answer.answered()
                ? answer.since() + STRAY_MS
                : answer.open()
                        .map(open -> open.header().deadlineAt())
                        .orElse(answer.since() + STRAY_MS);
    }

    @Override
    public void processElement1(StreamRecord<OpenRerank> element) throws Exception {
        OpenRerank open = element.getValue();
        PendingRerank answer = pending(open.header().key());
        answer.open(open);
        dues.add(new Due(dueAt(answer), answer.key()));
        finishIfComplete(answer);
    }

    @Override
    public void processElement2(StreamRecord<RecordPart> element) throws Exception {
        PendingRerank answer = pending(element.getValue().probe());
        answer.add(element.getValue().scored());
        finishIfComplete(answer);
    }

    private PendingRerank pending(ProbeKey key) {
        PendingRerank known = pending.get(key);
        if (known == null) {
            long now = getProcessingTimeService().getCurrentProcessingTime();
            known = new PendingRerank(key, now);
            pending.put(key, known);
            dues.add(new Due(now + STRAY_MS, key));
        }
        return known;
    }

    private void finishIfComplete(PendingRerank answer) throws UndecodableException {
        if (!answer.answered() && answer.complete()) {
            pending.remove(answer.key());
            finish(answer);
        }
    }

    private void finish(PendingRerank answer) throws UndecodableException {
        long nowMicros = getProcessingTimeService().getCurrentProcessingTime() * 1_000;
        OpenRerank open = answer.open().orElseThrow();
        Map<Integer, List<Hit>> hits = Reranking.hits(open, answer.scored());
        ProbeResult head = (ProbeResult) wire.decode(open.result());
        answers.finish(
                open.header(),
                Reranking.result(open, head, hits, answer.missing(), nowMicros),
                hits.values(),
                nowMicros);
    }

    private void checkDeadlines(long timestamp) throws Exception {
        long now = getProcessingTimeService().getCurrentProcessingTime();
        while (!dues.isEmpty() && dues.peek().at() <= now) {
            PendingRerank answer = pending.get(dues.poll().key());
            if (answer != null && dueAt(answer) <= now) {
                if (!answer.answered() && answer.open().isPresent()) {
                    finish(answer);
                    answer.markAnswered();
                    dues.add(new Due(dueAt(answer), answer.key()));
                } else {
                    pending.remove(answer.key());
                }
            }
        }
        getProcessingTimeService()
                .registerTimer(now + MergeOperator.DEADLINE_CHECK_MS, this::checkDeadlines);
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
        for (PendingRerank answer : pending.values()) {
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
