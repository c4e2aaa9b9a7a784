package io.nearstream.jobs.query.route;

import io.nearstream.core.codes.CellCodes;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.LabelFilter;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.query.message.Effort;
import io.nearstream.jobs.query.message.RecordCheck;
import io.nearstream.jobs.query.message.RerankPlan;
import java.util.List;
import java.util.Optional;

/**
 * A probe of which every field was checked.
 *
 * @param id its client's name for it
 * @param collection the collection as of the probe's append time
 * @param vectors query vectors; empty for a fetch
 * @param ids record ids to fetch; empty for a search
 * @param k nearest neighbours wanted: what calibration goes by
 * @param limit hits per query vector
 * @param radiusScore score of the radius; NaN for k nearest
 * @param filter on labels
 * @param effort how many buckets to visit
 * @param atLeast append time that the answer must include; {@link Long#MIN_VALUE} for none
 * @param deadlineAt wall clock, milliseconds since 1970
 * @param withVectors whether hits carry vectors
 * @param withPayloads whether hits carry payloads
 * @param resultPartition where the answer goes; -1 for by id
 */
record CheckedProbe(
        String id,
        CollectionState collection,
        List<byte[]> vectors,
        List<String> ids,
        int k,
        int limit,
        double radiusScore,
        LabelFilter filter,
        Effort effort,
        long atLeast,
        long deadlineAt,
        boolean withVectors,
        boolean withPayloads,
        int resultPartition) {
    boolean isFetch() {
        return vectors.isEmpty();
    }

    /** Whether a filter that lets few records through makes it visit more buckets. */
    boolean widens() {
        return !filter.isEmpty() && !isRange() && effort.byTarget() && collection.newest().widens();
    }

    boolean isRange() {
        return !Double.isNaN(radiusScore);
    }

    /** Hits that a subtask gives at most: one above the cap of a range tells that it cut. */
    int share() {
        return limit + (isRange() ? 1 : 0);
    }

    /** How candidates are scored again; empty where buckets keep the vectors. */
    Optional<RerankPlan> rerank(long appendTime) {
        CollectionSettings settings = collection.settings();
        if (!settings.isCoded()) {
            return Optional.empty();
        }
        int candidates = CellCodes.candidates(settings, share());
        RecordCheck check = new RecordCheck(appendTime, filter, withVectors, vectors);
        return Optional.of(new RerankPlan(candidates, radiusScore, check));
    }
}
