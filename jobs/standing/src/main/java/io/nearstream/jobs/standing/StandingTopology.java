package io.nearstream.jobs.standing;

import io.nearstream.core.standing.Difference;
import io.nearstream.jobs.common.changes.DecodeChanges;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.common.state.IndexChangeSerializer;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.common.wire.StandingWire;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;

/** The dataflow of standing queries, pure: {@code changes + registrations -> differences}. */
final class StandingTopology {
    private StandingTopology() {}

    /**
     * Builds it.
     *
     * @param changes raw records of the index changes, with the time of versions as their watermark
     * @param registrations raw records of the standing queries
     */
    static DataStream<OutRecord> build(
            DataStream<RawRecord> changes,
            DataStream<RawRecord> registrations,
            StandingSettings settings) {
        ShardSettings shards = settings.shards();
        DataStream<ShardChange> toShards =
                changes.flatMap(new DecodeChanges())
                        .returns(IndexChangeSerializer.TYPE)
                        .uid("standing.decode-changes.v1")
                        .name("Decode changes")
                        .setParallelism(changes.getParallelism())
                        .flatMap(new ToShards(shards.collection(), shards.shards()))
                        .returns(ShardChangeSerializer.TYPE)
                        .uid("standing.to-shards.v1")
                        .name("Send changes to all shards")
                        .setParallelism(changes.getParallelism())
                        .setBufferTimeout(settings.bufferTimeoutMs());
        DataStream<ShardRegistration> checked =
                registrations
                        .flatMap(
                                new DecodeRegistrations(
                                        shards.collection(),
                                        settings.limits(),
                                        settings.probesDefault(),
                                        shards.shards()))
                        .returns(ShardRegistrationSerializer.TYPE)
                        .uid("standing.check.v1")
                        .name("Check registrations")
                        .setParallelism(registrations.getParallelism());
        DataStream<Difference> differences =
                toShards.connect(checked)
                        .keyBy(ShardChange::shard, ShardRegistration::shard, Types.INT)
                        .transform(
                                ShardsOfState.operatorName(shards.shards().count()),
                                DifferenceSerializer.TYPE,
                                new ShardOperator(shards))
                        .uid(ShardsOfState.UID);
        long uid = shards.collection().uid();
        return differences
                .map(
                        difference ->
                                OutRecord.of(
                                        TopicNames.STANDING_DIFFERENCES,
                                        StandingWire.subscriberKey(difference.query().subscriber()),
                                        StandingWire.encode(difference, uid)),
                        OutRecordSerializer.TYPE)
                .uid("standing.encode.v1")
                .name("Encode differences");
    }
}
