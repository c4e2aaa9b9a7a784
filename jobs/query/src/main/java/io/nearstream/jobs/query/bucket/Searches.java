package io.nearstream.jobs.query.bucket;

import io.nearstream.core.codes.CellCodes;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.query.message.Partial;
import io.nearstream.jobs.query.message.ProbeMessage;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Makes a subtask's share of an answer: finds what the probe visits here, and searches it by what
 * the collection's cells keep. Belongs to the task's thread.
 */
final class Searches {
    private final OwnedBuckets owned;
    private final BucketMetrics metrics;
    private final int filterBucketsMax;
    private final BucketSearch ofVectors;
    private final CodedSearch ofCodes;
    private final CachedSearch cached;
    private final LongSupplier clock;

    /**
     * @param answers that may be given again
     * @param filterBucketsMax buckets that a filter may make a query vector visit, at most
     * @param clock milliseconds since 1970
     */
    Searches(
            BucketStore store,
            OwnedBuckets owned,
            BucketMetrics metrics,
            AnswerCache answers,
            int filterBucketsMax,
            LongSupplier clock) {
        this.owned = owned;
        this.metrics = metrics;
        this.filterBucketsMax = filterBucketsMax;
        this.clock = clock;
        this.ofVectors = new BucketSearch(store, metrics::visited);
        this.ofCodes = new CodedSearch(store, metrics::visited);
        this.cached = new CachedSearch(store, answers);
    }

    /**
     * The share; empty once its deadline has passed, also in the middle of the visit: the answer
     * has gone out, or will, and says that this share is missing.
     *
     * @param settling knows the collection, and which buckets may hold entries that are to move
     * @param queryTime every write appended up to this time is in the buckets
     */
    Optional<Partial> answer(ProbeMessage probe, Settling settling, long queryTime)
            throws Exception {
        Optional<CollectionState> collection = settling.collection(probe.collectionUid());
        boolean gone = collection.isEmpty() || collection.get().dropped();
        VisitPlan plan =
                gone
                        ? new VisitPlan(List.of(), 0)
                        : VisitPlan.of(probe, collection.get(), owned, settling);
        Optional<Found> ended =
                gone ? Optional.of(Found.NOTHING) : search(probe, collection.get(), plan, settling);
        if (ended.isEmpty()) {
            metrics.late();
            return Optional.empty();
        }
        Found found = ended.get();
        int visited = plan.visited() + found.widened();
        metrics.answered(visited, plan.misrouted(), found.scored());
        return Optional.of(
                new Partial(
                        probe.key(),
                        owned.range().getStartKeyGroup(),
                        owned.range().getEndKeyGroup(),
                        visited,
                        found.scored(),
                        plan.misrouted(),
                        found.unreached(),
                        queryTime,
                        found.answers()));
    }

    private Optional<Found> search(
            ProbeMessage probe, CollectionState collection, VisitPlan plan, Settling settling)
            throws Exception {
        Optional<Widening.Rule> widening =
                Widening.Rule.of(
                        probe,
                        collection.newest(),
                        owned,
                        filterBucketsMax,
                        settling.pending(collection.uid()));
        return widening.isPresent()
                ? search(probe, collection, plan, widening)
                : cached.search(
                        probe,
                        collection.newest().number(),
                        plan.buckets(),
                        () -> search(probe, collection, plan, widening));
    }

    private Optional<Found> search(
            ProbeMessage probe,
            CollectionState collection,
            VisitPlan plan,
            Optional<Widening.Rule> widening)
            throws Exception {
        CollectionSettings settings = collection.settings();
        Generation newest = collection.newest();
        BooleanSupplier late = () -> probe.deadlineAt() <= clock.getAsLong();
        Optional<CellCodes> codes = CellCodes.of(settings, newest);
        if (codes.isPresent()) {
            return ofCodes.search(probe, settings, codes.get(), plan.buckets(), widening, late);
        }
        VectorSpace space = VectorSpace.of(settings);
        return ofVectors
                .search(probe, space, newest.coarseCode(), plan.buckets(), widening, late)
                .map(answers -> Found.by(ofVectors, answers));
    }
}
