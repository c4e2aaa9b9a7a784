package io.nearstream.jobs.standing;

import io.nearstream.core.model.Limits;
import io.nearstream.jobs.common.wire.RawRecord;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;

/** Registrations from their topic, checked, each to its shard. */
final class DecodeRegistrations extends RichFlatMapFunction<RawRecord, ShardRegistration> {
    private static final long serialVersionUID = 1L;

    private final KeptCollection collection;
    private final Limits limits;
    private final int probesDefault;
    private final ShardKeys shards;
    private transient RegistrationCheck check;
    private transient int[] keys;

    DecodeRegistrations(
            KeptCollection collection, Limits limits, int probesDefault, ShardKeys shards) {
        this.collection = collection;
        this.limits = limits;
        this.probesDefault = probesDefault;
        this.shards = shards;
    }

    @Override
    public void open(OpenContext context) {
        check = new RegistrationCheck(collection, limits, probesDefault);
        keys = shards.all();
    }

    @Override
    public void flatMap(RawRecord record, Collector<ShardRegistration> out) {
        check.check(record)
                .ifPresent(
                        registration ->
                                out.collect(
                                        new ShardRegistration(
                                                keys[shards.shardOf(registration.name())],
                                                registration)));
    }
}
