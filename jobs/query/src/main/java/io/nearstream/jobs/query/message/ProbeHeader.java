package io.nearstream.jobs.query.message;

import io.nearstream.core.model.Metric;
import java.util.Optional;

/**
 * What the merge needs to know of a probe before its first share arrives.
 *
 * @param key the probe
 * @param id its client's name for it
 * @param resultPartition where the answer goes; {@code OutRecord.BY_KEY} for by id
 * @param collectionUid the collection
 * @param metric of the collection: turns scores into distances
 * @param vectorBytes bytes of one of its vectors
 * @param queries query vectors (or ids of a fetch)
 * @param limit hits per query vector; for a range the cap
 * @param range whether it asks for all within a radius
 * @param fetch whether it fetches ids
 * @param withVectors whether hits carry their vectors
 * @param withPayloads whether hits carry their payloads
 * @param slots the slots that make the answer complete, as a bit set
 * @param messages sent to bucket subtasks
 * @param readAtMicros wall clock when the probe was read, microseconds since 1970
 * @param deadlineAt wall clock at which the answer goes out as it is, milliseconds since 1970
 * @param rerank how candidates are scored again; empty where buckets keep the vectors
 */
public record ProbeHeader(
        ProbeKey key,
        String id,
        int resultPartition,
        long collectionUid,
        Metric metric,
        int vectorBytes,
        int queries,
        int limit,
        boolean range,
        boolean fetch,
        boolean withVectors,
        boolean withPayloads,
        long[] slots,
        int messages,
        long readAtMicros,
        long deadlineAt,
        Optional<RerankPlan> rerank) {
    /** The same once the query vectors have been sent on. */
    public ProbeHeader withoutQueries() {
        return new ProbeHeader(
                key,
                id,
                resultPartition,
                collectionUid,
                metric,
                vectorBytes,
                queries,
                limit,
                range,
                fetch,
                withVectors,
                withPayloads,
                slots,
                messages,
                readAtMicros,
                deadlineAt,
                rerank.map(RerankPlan::withoutQueries));
    }
}
