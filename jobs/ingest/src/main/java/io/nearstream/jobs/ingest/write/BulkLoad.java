package io.nearstream.jobs.ingest.write;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.partition.Generation;
import io.nearstream.jobs.common.control.CollectionState;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@link FirstTrainingOperator} knows of a collection without learned buckets: how many of its
 * vectors were seen, and which changes are held back. Not thread-safe.
 */
final class BulkLoad {
    private final String name;
    private final int trainAfter;
    private final HeldChanges held = new HeldChanges();
    private boolean waits;
    private boolean releasing;
    private long upserts;
    private long until;

    private BulkLoad(String name, int trainAfter, boolean waits) {
        this.name = name;
        this.trainAfter = trainAfter;
        this.waits = waits;
    }

    /** A collection that nothing was seen of; it may wait so long. */
    static BulkLoad of(Optional<CollectionState> collection, Duration atMost) {
        if (collection.isEmpty()) {
            return new BulkLoad("of unknown name", 0, false);
        }
        CollectionState known = collection.get();
        boolean learns = !known.isTrained() && known.settings().buckets() == BucketScheme.LEARNED;
        return new BulkLoad(
                known.settings().name(), known.settings().trainAfter(), learns && !atMost.isZero());
    }

    /** A change in the buckets of the newest generation, unless it has these already. */
    static IndexChange placed(IndexChange change, Generation newest) {
        return change.delete() || change.generation() >= newest.number()
                ? change
                : change.placed(
                        newest.place(change.key().id(), change.vector()),
                        newest.number(),
                        newest.hash());
    }

    String name() {
        return name;
    }

    HeldChanges held() {
        return held;
    }

    /**
     * Another vector has come.
     *
     * @param subtasks each of which gives a share of the sample
     * @return whether those before it made up this subtask's share, and nothing was waited for yet
     */
    boolean isSampled(int subtasks) {
        return waits && upserts++ * subtasks >= trainAfter;
    }

    /** Changes are held from now on: once, and until this time at most. */
    void begin(long end) {
        waits = false;
        releasing = false;
        until = end;
    }

    /** When the wait is over, milliseconds since 1970. */
    long until() {
        return until;
    }

    /** The wait is over: what is held goes, bit by bit, and what comes goes behind it. */
    void beginReleasing() {
        releasing = true;
    }

    boolean isReleasing() {
        return releasing;
    }
}
