package io.nearstream.jobs.join;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.RecordRef;
import io.nearstream.core.model.IndexChange;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Index changes of the collections that are joined, as changes of its sides. */
final class ToSides extends RichFlatMapFunction<IndexChange, JoinChange> {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ToSides.class);

    private final long leftUid;
    private final long rightUid;
    private final JoinRule rule;
    private final int vectorBytes;
    private transient Counter foreign;

    /**
     * @param rightUid the same as the left one where a collection is joined with itself
     */
    ToSides(JoinRule rule, long leftUid, long rightUid) {
        this.leftUid = leftUid;
        this.rightUid = rightUid;
        this.rule = rule;
        this.vectorBytes = rule.encoding().vectorBytes(rule.dimensions());
    }

    @Override
    public void open(OpenContext context) {
        foreign = getRuntimeContext().getMetricGroup().counter("foreignVectors");
    }

    @Override
    public void flatMap(IndexChange change, Collector<JoinChange> out) {
        long uid = change.key().collectionUid();
        if (uid != leftUid && uid != rightUid) {
            return;
        }
        byte side = uid == leftUid ? JoinRule.LEFT : JoinRule.RIGHT;
        RecordRef record = new RecordRef(side, change.key().id(), change.version());
        if (change.delete()) {
            out.collect(JoinChange.deleted(record));
        } else if (change.vector().length == vectorBytes) {
            out.collect(
                    new JoinChange(
                            record,
                            false,
                            rule.packed(change.vector()),
                            change.eventTime(),
                            change.expiresAt()));
        } else {
            // Only the ingest job writes this topic; what another wrote must not stop it.
            foreign.inc();
            LOG.error(
                    "The vector of '{}' has {} bytes instead of {}, and the record is left out.",
                    record.id(),
                    change.vector().length,
                    vectorBytes);
        }
    }
}
