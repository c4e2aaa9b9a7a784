package io.nearstream.operators;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.RecordRef;
import io.nearstream.core.model.RefusedException;
import io.nearstream.core.model.Version;
import io.nearstream.core.similarity.VectorSpace;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Checks records of a side and gives them versions: their time, then their sequence. */
final class ToChanges extends ProcessFunction<JoinRecord, JoinChange> {
    static final OutputTag<JoinRecord> REFUSED =
            new OutputTag<>("refused", JoinRecordSerializer.TYPE);

    private static final long serialVersionUID = 1L;

    private final JoinRule rule;
    private final byte side;
    private transient VectorSpace space;
    private transient Counter refused;

    ToChanges(JoinRule rule, byte side) {
        this.rule = rule;
        this.side = side;
    }

    @Override
    public void open(OpenContext context) {
        space = rule.space();
        refused = getRuntimeContext().getMetricGroup().counter("refusedRecords");
    }

    @Override
    public void processElement(JoinRecord record, Context context, Collector<JoinChange> out) {
        Long time = context.timestamp();
        if (time == null) {
            throw new IllegalStateException(
                    "Record '%s' has no timestamp. A similarity join or a search for nearest neighbours goes by event time: assign timestamps and watermarks to its inputs (assignTimestampsAndWatermarks)."
                            .formatted(record.id()));
        }
        RecordRef ref = new RecordRef(side, record.id(), new Version(time, 0, record.sequence()));
        if (record.delete()) {
            out.collect(JoinChange.deleted(ref));
            return;
        }
        try {
            space.check(record.vector());
        } catch (RefusedException bad) {
            refused.inc();
            context.output(REFUSED, record);
            return;
        }
        byte[] packed = rule.packed(record.vector());
        out.collect(new JoinChange(ref, false, packed, time, record.expiresAt()));
    }

    /** The record as it came. */
    static JoinRecord back(JoinRule rule, JoinChange change) {
        return new JoinRecord(
                change.record().id(),
                change.delete(),
                change.delete() ? change.vector() : rule.unpacked(change.vector()),
                change.record().version().offset(),
                change.expiresAt());
    }
}
