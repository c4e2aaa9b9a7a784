package io.nearstream.jobs.query.gauge;

import io.nearstream.core.recall.RecallController;
import io.nearstream.core.recall.RecallObservation;
import java.util.List;

/**
 * What is kept of a collection's gauge beside the rows of its slice. Immutable.
 *
 * @param level the slice holds each record with probability 2^-level
 * @param generation that the answers came from
 * @param correction the factor on the number of buckets that they were made with
 * @param seen answers since generation or correction changed
 * @param newest the newest of these, oldest first
 */
record GaugedAnswers(
        int level, int generation, double correction, long seen, List<RecallObservation> newest) {
    static final GaugedAnswers NONE = new GaugedAnswers(0, 0, 1, 0, List.of());

    GaugedAnswers {
        newest =
                List.copyOf(
                        newest.subList(
                                Math.max(0, newest.size() - RecallController.PROBES_MOST),
                                newest.size()));
    }
}
