package io.nearstream.jobs.query.message;

import java.util.List;

/**
 * How the candidates of a probe that were found by their codes are scored again.
 *
 * @param candidates of each query vector, at least its limit
 * @param radiusScore score of the radius; NaN for k nearest
 * @param check what the record store needs to know
 */
public record RerankPlan(int candidates, double radiusScore, RecordCheck check) {
    RerankPlan withoutQueries() {
        return new RerankPlan(
                candidates,
                radiusScore,
                new RecordCheck(
                        check.appendTime(), check.filter(), check.withVectors(), List.of()));
    }
}
