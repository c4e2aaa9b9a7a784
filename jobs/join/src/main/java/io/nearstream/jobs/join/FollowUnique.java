package io.nearstream.jobs.join;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.state.IndexChangeSerializer;
import io.nearstream.operators.join.JoinChangeSerializer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;

/**
 * What is to be written so that another collection holds the unique records of this one. Keyed by
 * id. Input 1: records as they were written, with labels and payload. Input 2: of each change that
 * takes part in the join, in any order, whether its record stays (it has no earlier partner), or
 * not: then it is a delete. Output: records to put, and deletes, of one id in the order of their
 * versions.
 *
 * <p>Both wait until the watermark has passed their version: what the join decides comes in front
 * of the watermark that covers it. A record of which nothing was decided by then is a replay, of a
 * change that was followed before.
 */
final class FollowUnique
        extends KeyedCoProcessFunction<String, IndexChange, JoinChange, IndexChange> {
    private static final long serialVersionUID = 1L;

    private transient ListState<IndexChange> records;
    private transient ListState<JoinChange> decided;
    private transient Counter kept;
    private transient Counter removed;

    @Override
    public void open(OpenContext context) {
        records =
                getRuntimeContext()
                        .getListState(
                                new ListStateDescriptor<>(
                                        "unique-records", IndexChangeSerializer.INSTANCE));
        decided =
                getRuntimeContext()
                        .getListState(
                                new ListStateDescriptor<>(
                                        "unique-decided", JoinChangeSerializer.INSTANCE));
        kept = getRuntimeContext().getMetricGroup().counter("recordsKept");
        removed = getRuntimeContext().getMetricGroup().counter("recordsRemoved");
    }

    @Override
    public void processElement1(IndexChange record, Context context, Collector<IndexChange> out)
            throws Exception {
        records.add(record);
        context.timerService().registerEventTimeTimer(record.version().time());
    }

    @Override
    public void processElement2(JoinChange decision, Context context, Collector<IndexChange> out)
            throws Exception {
        decided.add(decision);
        context.timerService().registerEventTimeTimer(decision.record().version().time());
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<IndexChange> out)
            throws Exception {
        Map<Version, IndexChange> byVersion = new HashMap<>();
        List<IndexChange> recordsLater = new ArrayList<>();
        for (IndexChange record : records.get()) {
            if (record.version().time() <= time) {
                byVersion.put(record.version(), record);
            } else {
                recordsLater.add(record);
            }
        }
        List<JoinChange> due = new ArrayList<>();
        List<JoinChange> decidedLater = new ArrayList<>();
        for (JoinChange decision : decided.get()) {
            (decision.record().version().time() <= time ? due : decidedLater).add(decision);
        }
        due.sort(Comparator.comparing(decision -> decision.record().version()));
        for (JoinChange decision : due) {
            out.collect(follow(decision, byVersion));
        }
        records.update(recordsLater);
        decided.update(decidedLater);
    }

    private IndexChange follow(JoinChange decision, Map<Version, IndexChange> byVersion) {
        Version version = decision.record().version();
        if (decision.delete()) {
            removed.inc();
            return IndexChange.deleted(
                    new RecordKey(0, decision.record().id()), version); // of the other collection
        }
        IndexChange record = byVersion.get(version);
        if (record == null) {
            throw new IllegalStateException(
                    "Record '%s' of version %s was decided on without having come."
                            .formatted(decision.record().id(), version));
        }
        kept.inc();
        return record;
    }
}
