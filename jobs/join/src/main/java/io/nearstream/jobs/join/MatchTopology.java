package io.nearstream.jobs.join;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.model.IndexChange;
import io.nearstream.jobs.common.changes.DecodeChanges;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.common.state.IndexChangeSerializer;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.operators.join.JoinChangeSerializer;
import io.nearstream.operators.join.JoinTopology;
import org.apache.flink.streaming.api.datastream.DataStream;

/** The join dataflow, pure: {@code index changes -> matches}, or writes of another collection. */
final class MatchTopology {
    private MatchTopology() {}

    /**
     * Builds it.
     *
     * @param changes raw records of the index changes, with the time of versions as their watermark
     * @param clock what the expiry of copied records is told by
     */
    static DataStream<OutRecord> build(
            DataStream<RawRecord> changes, JoinSettings settings, EncodeUnique.Clock clock) {
        JoinTopology topology = settings.topology();
        DataStream<IndexChange> decoded =
                changes.flatMap(new DecodeChanges())
                        .returns(IndexChangeSerializer.TYPE)
                        .uid("join.decode-changes.v1")
                        .name("Decode changes")
                        .setParallelism(changes.getParallelism());
        DataStream<JoinChange> sides =
                decoded.flatMap(
                                new ToSides(
                                        topology.rule(), settings.leftUid(), settings.rightUid()))
                        .returns(JoinChangeSerializer.TYPE)
                        .uid("join.sides.v1")
                        .name("Pick sides")
                        .setParallelism(changes.getParallelism());
        if (settings.uniqueInto().isPresent()) {
            return UniqueTopology.build(
                    decoded, sides, settings, settings.uniqueInto().get(), clock);
        }
        return topology.pairs(topology.place(sides, false))
                .map(
                        new EncodeMatches(
                                settings.job(),
                                settings.leftUid(),
                                settings.rightUid(),
                                settings.exactness().exact()),
                        OutRecordSerializer.TYPE)
                .uid("join.encode.v1")
                .name("Encode matches");
    }
}
