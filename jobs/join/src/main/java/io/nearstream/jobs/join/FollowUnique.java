package io.nearstream.jobs.join;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.state.IndexChangeSerializer;
import io.nearstream.operators.join.JoinChangeSerializer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.ListSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
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
 * change that was followed before. A decision without its record cannot be: neither input may be
 * marked idle, so the watermark is behind the record on either way. Both lie in the state by their
 * time, so that of an id that is written very often only what is due is read.
 */
final class FollowUnique
        extends KeyedCoProcessFunction<String, IndexChange, JoinChange, IndexChange> {
    private static final long serialVersionUID = 1L;

    private transient MapState<Long, List<IndexChange>> records;
    private transient MapState<Long, List<JoinChange>> decisions;
    private transient Counter upserts;
    private transient Counter deletes;

    @Override
    public void open(OpenContext context) {
        records = byTime("unique-records", IndexChangeSerializer.INSTANCE);
        decisions = byTime("unique-decisions", JoinChangeSerializer.INSTANCE);
        upserts = getRuntimeContext().getMetricGroup().counter("upsertsDecided");
        deletes = getRuntimeContext().getMetricGroup().counter("deletesDecided");
    }

    private <T> MapState<Long, List<T>> byTime(String name, TypeSerializer<T> serializer) {
        return getRuntimeContext()
                .getMapState(
                        new MapStateDescriptor<>(
                                name, LongSerializer.INSTANCE, new ListSerializer<>(serializer)));
    }

    @Override
    public void processElement1(IndexChange record, Context context, Collector<IndexChange> out)
            throws Exception {
        keep(records, record.version(), record, context);
    }

    @Override
    public void processElement2(JoinChange decision, Context context, Collector<IndexChange> out)
            throws Exception {
        keep(decisions, decision.record().version(), decision, context);
    }

    private static <T> void keep(
            MapState<Long, List<T>> state,
            Version version,
            T what,
            KeyedCoProcessFunction<?, ?, ?, ?>.Context context)
            throws Exception {
        List<T> ofTime = taken(state, version.time());
        ofTime.add(what);
        state.put(version.time(), ofTime);
        context.timerService().registerEventTimeTimer(version.time());
    }

    /** What lies there of a time, in a list of its own. */
    private static <T> List<T> taken(MapState<Long, List<T>> state, long time) throws Exception {
        List<T> stored = state.get(time);
        return stored == null ? new ArrayList<>() : new ArrayList<>(stored);
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<IndexChange> out)
            throws Exception {
        List<IndexChange> recordsDue = taken(records, time);
        List<JoinChange> due = taken(decisions, time);
        due.sort(Comparator.comparing(decision -> decision.record().version()));
        for (JoinChange decision : due) {
            out.collect(follow(decision, recordsDue));
        }
        records.remove(time);
        decisions.remove(time);
    }

    private IndexChange follow(JoinChange decision, List<IndexChange> records) {
        Version version = decision.record().version();
        String id = decision.record().id();
        if (decision.delete()) {
            deletes.inc();
            return IndexChange.deleted(new RecordKey(0, id), version); // of the other collection
        }
        for (IndexChange record : records) {
            if (record.version().equals(version)) {
                upserts.inc();
                return record;
            }
        }
        throw new IllegalStateException(
                "Record '%s' of version %s was decided on without having come."
                        .formatted(id, version));
    }
}
