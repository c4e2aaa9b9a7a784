package io.nearstream.operators.join;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.Placed;
import io.nearstream.core.join.Placing;
import io.nearstream.core.join.RecordRef;
import io.nearstream.core.join.Visit;
import io.nearstream.core.model.Version;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;
import org.apache.flink.util.function.SerializableFunction;

/**
 * Sends every version of a record to the buckets that have to know of it, and ends the one before.
 * Keyed by {@link #key}. Input: changes, in any order, with a watermark on the times of versions.
 * Output: visits, in front of the watermark that covers them; on the side changes that came too
 * late, and changes that took part.
 *
 * <p>A change waits in the state until the watermark has passed it. Records come out in order of
 * their times, but of many changes of one of them some in front of theirs; watermarks among them
 * are in order, and behind all that they cover: so what buckets hold back, which is many times as
 * much, stays small also where a watermark passes hours at once.
 *
 * <p>A change that is behind the watermark is a replay or late, and takes no part; so is, without a
 * word, one that is not newer than the newest of its record. The watermark is a part of the state,
 * since replays may come before the first watermark after a failure, and so are the cells.
 */
public final class PlaceOperator extends AbstractStreamOperator<Visit>
        implements OneInputStreamOperator<JoinChange, Visit>, Triggerable<String, VoidNamespace> {
    /** Changes behind the watermark. */
    public static final OutputTag<JoinChange> LATE =
            new OutputTag<>("late", JoinChangeSerializer.TYPE);

    /** Records that live from here on, where they are asked for. */
    public static final OutputTag<JoinChange> LIVE =
            new OutputTag<>("live", JoinChangeSerializer.TYPE);

    /** Changes by which a record lives no more, deletes nearly all, where they are asked for. */
    public static final OutputTag<JoinChange> GONE =
            new OutputTag<>("gone", JoinChangeSerializer.TYPE);

    private static final long serialVersionUID = 1L;
    private static final ListStateDescriptor<Long> FRONTIER =
            new ListStateDescriptor<>("join-frontier", LongSerializer.INSTANCE);
    private static final ListStateDescriptor<Long> NEWEST =
            new ListStateDescriptor<>("join-newest", LongSerializer.INSTANCE);

    private final JoinRule rule;
    private final BucketRouting routingOf;
    private final boolean tellsLive;
    private final SerializableFunction<JoinChange, JoinChange> inTime;
    private final String join;
    private final int nearest;

    private transient ListState<Long> frontierState;
    private transient ListState<Long> newestState;
    private transient JoinBinding binding;
    private transient long frontier;
    private transient long newest;
    private transient long passing;
    private transient Slices slices;
    private transient Placing placing;
    private transient PendingChanges pending;
    private transient ValueState<Placed> placed;
    private transient InternalTimerService<VoidNamespace> timers;
    private transient Counter late;
    private transient Counter replays;

    /** Of changes as they come. */
    public PlaceOperator(JoinRule rule, BucketRouting routing, boolean tellsLive, String joined) {
        this(rule, routing, tellsLive, joined, 0, change -> change);
    }

    /**
     * @param tellsLive whether changes that take part go to {@link #LIVE} and {@link #GONE}
     * @param joined what is joined: state of another, or of another rule, is refused
     * @param nearest so many pairs of each later record are said behind the buckets, 0 for all:
     *     state of another number is refused
     * @param inTime what a change that is not late takes part as: of the same record and version
     */
    public PlaceOperator(
            JoinRule rule,
            BucketRouting routing,
            boolean tellsLive,
            String joined,
            int nearest,
            SerializableFunction<JoinChange, JoinChange> inTime) {
        this.rule = rule;
        this.routingOf = routing;
        this.tellsLive = tellsLive;
        this.inTime = inTime;
        this.nearest = nearest;
        this.join = joined.isEmpty() ? rule.toString() : joined + ", " + rule;
    }

    /** The key of a record. */
    public static String key(RecordRef record) {
        return (char) ('0' + record.side()) + record.id();
    }

    private static RecordRef record(String key) {
        return new RecordRef((byte) (key.charAt(0) - '0'), key.substring(1), Version.NONE);
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        binding = JoinBinding.of(context.getOperatorStateStore(), join, nearest, routingOf, rule);
        placing = new Placing(rule, binding.routing());
        slices = Slices.of(binding.routing());
        frontierState = context.getOperatorStateStore().getUnionListState(FRONTIER);
        // Barriers are behind the same watermarks in all subtasks: all of them wrote the same, but
        // at the end of a drained input, when buckets have applied all that there was.
        frontier = Long.MIN_VALUE;
        for (long time : frontierState.get()) {
            frontier = Math.max(frontier, time);
        }
        newestState = context.getOperatorStateStore().getUnionListState(NEWEST);
        newest = frontier;
        for (long time : newestState.get()) {
            newest = Math.max(newest, time);
        }
    }

    @Override
    public void open() throws Exception {
        super.open();
        if (CheckpointingOptions.isUnalignedCheckpointEnabled(
                getContainingTask().getEnvironment().getJobConfiguration())) {
            throw new IllegalStateException(
                    "A similarity join or a search for nearest neighbours needs aligned checkpoints: what an unaligned one keeps from before a watermark would be taken for late. Set execution.checkpointing.unaligned.enabled to false.");
        }
        pending =
                new PendingChanges(
                        getPartitionedState(
                                VoidNamespace.INSTANCE,
                                VoidNamespaceSerializer.INSTANCE,
                                new ListStateDescriptor<>(
                                        "join-pending", JoinChangeSerializer.INSTANCE)),
                        getMetricGroup().counter("pendingRead"));
        placed =
                getPartitionedState(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        new ValueStateDescriptor<>("join-placed", PlacedSerializer.INSTANCE));
        timers =
                getInternalTimerService("join-placed-done", VoidNamespaceSerializer.INSTANCE, this);
        late = getMetricGroup().counter("lateRecords");
        replays = getMetricGroup().counter("replays");
        if (frontier > Long.MIN_VALUE) {
            // Buckets know no time any more, and an input that is quiet now would not tell them.
            output.emitWatermark(new Watermark(frontier));
        }
    }

    @Override
    public void processElement(StreamRecord<JoinChange> element) throws Exception {
        JoinChange change = element.getValue();
        if (change.record().version().time() <= frontier) {
            late.inc();
            output.collect(LATE, element);
            return;
        }
        newest = Math.max(newest, change.record().version().time());
        pending.add(inTime.apply(change));
        timers.registerEventTimeTimer(VoidNamespace.INSTANCE, change.record().version().time());
    }

    /** Timers of all records come in order of their times. */
    @Override
    public void onEventTime(InternalTimer<String, VoidNamespace> timer) throws Exception {
        long time = timer.getTimestamp();
        if (slices.isFullBefore(time)) {
            output.emitWatermark(new Watermark(time - 1));
        }
        Placed of = placeDue(time);
        if (of != null && placing.isDone(record(timer.getKey()), of, time, this::send)) {
            placed.clear();
        }
    }

    /**
     * Places what waits of the current record up to a time.
     *
     * @return where it is now; null for nowhere
     */
    @Nullable
    private Placed placeDue(long time) throws Exception {
        Placed before = placed.value();
        if (before != null && before.version().time() >= time) {
            // This is the timer of one that came out in front of its time, with all up to there.
            // To read what is left for each of these costs the square of their number.
            return before;
        }
        PendingChanges.Taken taken = pending.take(time, passing);
        Placed after = before;
        for (JoinChange change : taken.due()) {
            if (Placing.isNews(after, change)) {
                after = place(after, change);
            } else {
                replays.inc();
            }
        }
        if (after != before) {
            keep(before, after, taken.later());
        }
        return after;
    }

    private Placed place(@Nullable Placed before, JoinChange change) {
        Placed after = placing.change(before, change, this::send);
        if (tellsLive) {
            output.collect(
                    after.live() ? LIVE : GONE,
                    new StreamRecord<>(change, change.record().version().time()));
        }
        return after;
    }

    /**
     * Keeps where the current record is now, and its timer. That of before goes: it may be years
     * off, and each update would leave one. A timer is of a time, and changes that wait have
     * theirs.
     */
    private void keep(@Nullable Placed before, Placed after, List<JoinChange> later)
            throws Exception {
        placed.update(after);
        long doneAt = placing.doneAt(after);
        if (doneAt != Long.MAX_VALUE) {
            timers.registerEventTimeTimer(VoidNamespace.INSTANCE, doneAt);
        }
        long doneBefore = before == null ? Long.MAX_VALUE : placing.doneAt(before);
        boolean needed =
                doneBefore == doneAt
                        || later.stream()
                                .anyMatch(each -> each.record().version().time() == doneBefore);
        if (doneBefore != Long.MAX_VALUE && !needed) {
            timers.deleteEventTimeTimer(VoidNamespace.INSTANCE, doneBefore);
        }
    }

    private void send(Visit visit) {
        slices.add(BucketOperator.bytes(visit));
        output.collect(new StreamRecord<>(visit));
    }

    @Override
    public void onProcessingTime(InternalTimer<String, VoidNamespace> timer) {
        throw new IllegalStateException("Records are placed by no timers of processing time.");
    }

    @Override
    public void processWatermark(Watermark mark) throws Exception {
        long time = mark.getTimestamp();
        if (time == Watermark.MAX_WATERMARK.getTimestamp()) {
            // The end of a drained input is not a time: nothing expires by it. All that waits comes
            // out, and nothing may come before it later.
            time = newest;
        }
        if (time > frontier) {
            slices.begin(frontier);
            passing = time;
            super.processWatermark(new Watermark(time));
            frontier = time;
        }
        if (mark.getTimestamp() == Watermark.MAX_WATERMARK.getTimestamp()) {
            output.emitWatermark(mark);
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        frontierState.update(List.of(frontier));
        newestState.update(List.of(newest));
        binding.write(getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0);
    }
}
