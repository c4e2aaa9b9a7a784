package io.nearstream.jobs.join;

import io.nearstream.core.join.PairChange;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.MatchWire;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Matches on their way to Kafka. */
final class EncodeMatches extends RichMapFunction<PairChange, OutRecord> {
    private static final long serialVersionUID = 1L;

    private final String join;
    private final long leftUid;
    private final long rightUid;
    private final boolean exact;

    /**
     * @param exact whether they are all that there are, which a metric tells
     */
    EncodeMatches(String join, long leftUid, long rightUid, boolean exact) {
        this.join = join;
        this.leftUid = leftUid;
        this.rightUid = rightUid;
        this.exact = exact;
    }

    @Override
    public void open(OpenContext context) {
        getRuntimeContext().getMetricGroup().gauge("exact", () -> exact ? 1 : 0);
    }

    @Override
    public OutRecord map(PairChange change) {
        MatchWire wire = new MatchWire(join, leftUid, rightUid);
        return OutRecord.of(TopicNames.MATCHES, wire.key(change.pair()), wire.encode(change));
    }
}
