package io.nearstream.jobs.join;

import io.nearstream.core.join.PairChange;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.MatchWire;
import org.apache.flink.api.common.functions.MapFunction;

/** Matches on their way to Kafka. */
final class EncodeMatches implements MapFunction<PairChange, OutRecord> {
    private static final long serialVersionUID = 1L;

    private final String join;
    private final long leftUid;
    private final long rightUid;

    EncodeMatches(String join, long leftUid, long rightUid) {
        this.join = join;
        this.leftUid = leftUid;
        this.rightUid = rightUid;
    }

    @Override
    public OutRecord map(PairChange change) {
        MatchWire wire = new MatchWire(join, leftUid, rightUid);
        return OutRecord.of(TopicNames.MATCHES, wire.key(change.pair()), wire.encode(change));
    }
}
