package io.nearstream.operators.join;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.PairChange;
import io.nearstream.core.join.RecordRef;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Lets a record through if no earlier one was its pair when it began. Keyed by the record. Input 1:
 * records that take part. Input 2: what buckets say of them as the later ones. Output: records
 * without a partner, once the watermark has passed them; on the side the others.
 */
public final class DropLaterOperator extends AbstractStreamOperator<JoinChange>
        implements TwoInputStreamOperator<JoinChange, PairChange, JoinChange> {
    /** Records that had a partner. */
    public static final OutputTag<JoinChange> DROPPED =
            new OutputTag<>("dropped", JoinChangeSerializer.TYPE);

    private static final long serialVersionUID = 1L;
    private static final String RECORDS = "join-records-parts";
    private static final String PAIRS = "join-partners-parts";

    private static final Waiting.Kind<JoinChange> CHANGES =
            new Waiting.Kind<>(
                    change -> change.record().version().time(),
                    Comparator.comparing(JoinChange::record),
                    change -> 200 + change.vector().length);

    private final long waitingBytesMax;

    private transient Waiting<String, JoinChange> records;
    private transient Waiting<String, PairChange> pairs;
    private transient Counter dropped;

    /**
     * @param waitingBytesMax records, and pairs, of a subtask that wait on the heap, at most, about
     */
    public DropLaterOperator(long waitingBytesMax) {
        this.waitingBytesMax = waitingBytesMax;
    }

    @Override
    public void open() throws Exception {
        super.open();
        records =
                new Waiting<>(
                        getPartitionedState(
                                VoidNamespace.INSTANCE,
                                VoidNamespaceSerializer.INSTANCE,
                                Waiting.descriptor(RECORDS, JoinChangeSerializer.INSTANCE)),
                        getKeyedStateBackend(),
                        RECORDS,
                        this::setCurrentKey,
                        CHANGES,
                        waitingBytesMax);
        pairs =
                new Waiting<>(
                        getPartitionedState(
                                VoidNamespace.INSTANCE,
                                VoidNamespaceSerializer.INSTANCE,
                                Waiting.descriptor(PAIRS, PairChangeSerializer.INSTANCE)),
                        getKeyedStateBackend(),
                        PAIRS,
                        this::setCurrentKey,
                        ChooseOperator.PAIRS,
                        waitingBytesMax);
        dropped = getMetricGroup().counter("recordsDropped");
    }

    @Override
    public void processElement1(StreamRecord<JoinChange> element) throws Exception {
        JoinChange change = element.getValue();
        records.add(PlaceOperator.key(change.record()), change);
    }

    @Override
    public void processElement2(StreamRecord<PairChange> element) throws Exception {
        PairChange change = element.getValue();
        if (change.added()) {
            pairs.add(PlaceOperator.key(change.pair().later()), change);
        }
    }

    /** A record and its pairs are of one time, so one watermark lets both out. */
    @Override
    public void processWatermark(Watermark mark) throws Exception {
        Set<RecordRef> later = new HashSet<>();
        pairs.release(
                mark.getTimestamp(),
                (key, changes) -> changes.forEach(change -> later.add(change.pair().later())));
        records.release(
                mark.getTimestamp(),
                (key, changes) ->
                        changes.forEach(change -> pass(change, later.contains(change.record()))));
        super.processWatermark(mark);
    }

    private void pass(JoinChange change, boolean hasPartner) {
        StreamRecord<JoinChange> element =
                new StreamRecord<>(change, change.record().version().time());
        if (hasPartner) {
            dropped.inc();
            output.collect(DROPPED, element);
        } else {
            output.collect(element);
        }
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        records.spill();
        pairs.spill();
    }
}
