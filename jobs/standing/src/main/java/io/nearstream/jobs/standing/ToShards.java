package io.nearstream.jobs.standing;

import io.nearstream.core.model.IndexChange;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Index changes of the collection, one copy for each shard, without what no query looks at. */
final class ToShards extends RichFlatMapFunction<IndexChange, ShardChange> {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ToShards.class);
    private static final int[] NO_BUCKETS = {};
    private static final byte[] NO_PAYLOAD = {};

    private final long uid;
    private final int vectorBytes;
    private final ShardKeys shards;
    private transient int[] keys;
    private transient Counter foreign;

    ToShards(KeptCollection collection, ShardKeys shards) {
        this.uid = collection.uid();
        this.vectorBytes = collection.space().vectorBytes();
        this.shards = shards;
    }

    @Override
    public void open(OpenContext context) {
        keys = shards.all();
        foreign = getRuntimeContext().getMetricGroup().counter("foreignVectors");
    }

    @Override
    public void flatMap(IndexChange change, Collector<ShardChange> out) {
        if (change.key().collectionUid() != uid) {
            return;
        }
        if (!change.delete() && change.vector().length != vectorBytes) {
            // Only the ingest job writes this topic; what another wrote must not stop it.
            foreign.inc();
            LOG.error(
                    "The vector of '{}' has {} bytes instead of {}, and the record is left out.",
                    change.key().id(),
                    change.vector().length,
                    vectorBytes);
            return;
        }
        IndexChange slim =
                new IndexChange(
                        change.key(),
                        change.delete(),
                        change.version(),
                        change.vector(),
                        NO_BUCKETS,
                        0,
                        0,
                        change.labels(),
                        NO_PAYLOAD,
                        change.eventTime(),
                        change.expiresAt());
        for (int key : keys) {
            out.collect(new ShardChange(key, slim));
        }
    }
}
