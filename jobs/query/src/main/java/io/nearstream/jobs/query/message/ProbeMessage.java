package io.nearstream.jobs.query.message;

import io.nearstream.core.model.LabelFilter;
import java.util.List;

/**
 * A probe on its way to one bucket subtask: one message per subtask, with all that it is to visit
 * there.
 *
 * @param target the subtask
 * @param key the probe
 * @param collectionUid the collection
 * @param generation that routed it
 * @param unsettled buckets of older generations may still hold entries: the subtask adds its own,
 *     and routes by itself where it knows a newer generation
 * @param effort for that routing
 * @param appendTime of the probe: what has expired by then is no hit
 * @param atLeast an append time that the answer must include; {@link Long#MIN_VALUE} for none
 * @param deadlineAt milliseconds since 1970 from which on nobody waits for the answer
 * @param limit hits wanted: k, or the cap of a range answer plus one
 * @param radiusScore score of the radius; NaN for k nearest
 * @param filter on labels
 * @param withVectors whether hits carry their vectors
 * @param queries the query vectors that have buckets here
 */
public record ProbeMessage(
        int target,
        ProbeKey key,
        long collectionUid,
        int generation,
        boolean unsettled,
        Effort effort,
        long appendTime,
        long atLeast,
        long deadlineAt,
        int limit,
        double radiusScore,
        LabelFilter filter,
        boolean withVectors,
        List<QueryPart> queries) {

    /** Whether a filter that lets few records through makes it visit more buckets. */
    public boolean widens() {
        return !filter.isEmpty() && !isRange() && effort.byTarget();
    }

    /** Whether it asks for all within a radius. */
    public boolean isRange() {
        return !Double.isNaN(radiusScore);
    }
}
