package io.nearstream.jobs.join;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.Visit;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.IndexChange;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.common.state.IndexChangeSerializer;
import io.nearstream.operators.join.DropLaterOperator;
import io.nearstream.operators.join.JoinChangeSerializer;
import io.nearstream.operators.join.JoinTopology;
import io.nearstream.operators.join.PlaceOperator;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * The dataflow of a join that drops the later record of a pair, pure: {@code index changes ->
 * writes of another collection}.
 */
final class UniqueTopology {
    private static final byte[] NO_BYTES = {};

    private UniqueTopology() {}

    /**
     * Builds it.
     *
     * @param changes decoded index changes, with the time of versions as their watermark
     * @param sides those of them that take part
     * @param into what gets the records that have no earlier partner
     * @param clock what their expiry is told by
     */
    static DataStream<OutRecord> build(
            DataStream<IndexChange> changes,
            DataStream<JoinChange> sides,
            JoinSettings settings,
            CollectionSettings into,
            EncodeUnique.Clock clock) {
        JoinTopology topology = settings.topology();
        long uid = settings.leftUid();
        return changes.filter(change -> change.key().collectionUid() == uid && !change.delete())
                .uid("join.unique-records.v1")
                .name("Pick records")
                .setParallelism(changes.getParallelism())
                .connect(decided(topology, sides))
                .keyBy(
                        change -> change.key().id(),
                        decision -> decision.record().id(),
                        Types.STRING)
                .process(new FollowUnique(), IndexChangeSerializer.TYPE)
                .uid("join.unique.v1")
                .name("Follow the unique records")
                .map(new EncodeUnique(into, clock), OutRecordSerializer.TYPE)
                .uid("join.encode-unique.v1")
                .name("Encode writes");
    }

    /**
     * Of each change that takes part: its record where it stays, without its vector, or a delete.
     */
    private static DataStream<JoinChange> decided(
            JoinTopology topology, DataStream<JoinChange> sides) {
        SingleOutputStreamOperator<Visit> placed = topology.place(sides, true);
        SingleOutputStreamOperator<JoinChange> stays =
                topology.dropLater(
                        placed.getSideOutput(PlaceOperator.LIVE), topology.pairs(placed));
        return stays.map(UniqueTopology::light, JoinChangeSerializer.TYPE)
                .uid("join.unique-kept.v1")
                .name("Kept")
                .union(
                        deletes(stays.getSideOutput(DropLaterOperator.DROPPED))
                                .uid("join.unique-dropped.v1")
                                .name("Dropped"),
                        deletes(placed.getSideOutput(PlaceOperator.GONE))
                                .uid("join.unique-gone.v1")
                                .name("Gone"));
    }

    private static JoinChange light(JoinChange of) {
        return new JoinChange(of.record(), false, NO_BYTES, of.eventTime(), of.expiresAt());
    }

    private static SingleOutputStreamOperator<JoinChange> deletes(DataStream<JoinChange> of) {
        return of.map(change -> JoinChange.deleted(change.record()), JoinChangeSerializer.TYPE);
    }
}
