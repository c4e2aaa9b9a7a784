package io.nearstream.jobs.ingest.train;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Of which collections the slice has every live record of its part. It has not where a job goes on
 * from the state of a build that kept no slices: what was written before is missing, and nothing
 * that is estimated from the rest would hold. Belongs to the task's thread.
 */
final class WholeSlices {
    /** Collections whose slice is not whole, and {@link #KEPT}. Union: rescaling mixes the keys. */
    static final ListStateDescriptor<Long> PARTIAL =
            new ListStateDescriptor<>("slices-not-whole", LongSerializer.INSTANCE);

    /** Not a collection: says that slices are kept. */
    private static final long KEPT = 0;

    private static final Logger LOG = LoggerFactory.getLogger(WholeSlices.class);

    private final ListState<Long> state;
    private final Set<Long> partial = new HashSet<>();
    private final boolean begun;

    WholeSlices(StateInitializationContext context) throws Exception {
        state = context.getOperatorStateStore().getUnionListState(PARTIAL);
        state.get().forEach(partial::add);
        boolean kept = partial.remove(KEPT);
        begun = context.isRestored() && !kept;
    }

    /**
     * To be called once, before anything is read.
     *
     * @param sampled collections of which vectors were seen before
     */
    void open(CollectionDirectory directory, Set<Long> sampled) {
        if (!begun) {
            return;
        }
        for (CollectionState collection : directory.all()) {
            boolean older = collection.newest().number() > 0 || sampled.contains(collection.uid());
            if (older
                    && !collection.dropped()
                    && collection.settings().buckets() == BucketScheme.LEARNED) {
                LOG.warn(
                        "Collection {}: its cells will not be split, since the job goes on from a build that kept no slice of its records. Load it into a new collection if it grows or drifts.",
                        collection.settings().name());
                partial.add(collection.uid());
            }
        }
    }

    /** Whether a collection's slice has every live record of its part. */
    boolean isWhole(long uid) {
        return !partial.contains(uid);
    }

    /** Collections whose slice is not whole. */
    int missing() {
        return partial.size();
    }

    void snapshot(CollectionDirectory directory) throws Exception {
        List<Long> kept = new ArrayList<>(List.of(KEPT));
        for (long uid : partial) {
            Optional<CollectionState> collection = directory.byUid(uid);
            if (collection.isPresent() && !collection.get().dropped()) {
                kept.add(uid);
            }
        }
        state.update(kept);
    }
}
