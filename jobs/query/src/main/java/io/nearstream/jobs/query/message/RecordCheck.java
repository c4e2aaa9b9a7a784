package io.nearstream.jobs.query.message;

import io.nearstream.core.model.LabelFilter;
import java.util.List;

/**
 * What the record store needs of a probe to score records and to say whether they are hits.
 *
 * @param appendTime of the probe: what has expired by then is no hit
 * @param filter on labels
 * @param withVectors whether hits carry their vectors
 * @param vectors all query vectors of the probe, by ordinal; empty for a fetch
 */
public record RecordCheck(
        long appendTime, LabelFilter filter, boolean withVectors, List<byte[]> vectors) {}
