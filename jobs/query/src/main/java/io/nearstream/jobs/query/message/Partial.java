package io.nearstream.jobs.query.message;

import java.util.List;

/**
 * One subtask's share of an answer. It covers a range of slots: of a search the subtask's key
 * groups, of a fetch the ordinal of the id; an answer is complete when all its slots are covered,
 * however often the job was rescaled in between.
 *
 * @param key the probe
 * @param fromSlot first slot covered
 * @param toSlot last slot covered
 * @param bucketsVisited summed over the query vectors
 * @param vectorsScored distinct stored vectors compared, summed over the query vectors
 * @param misrouted buckets asked for that this subtask does not own
 * @param unreached query vectors for which the budget ended before as many buckets were visited as
 *     their filter makes necessary
 * @param asOf every write appended up to this time is in the share
 * @param answers for each query vector that had buckets here
 */
public record Partial(
        ProbeKey key,
        int fromSlot,
        int toSlot,
        int bucketsVisited,
        long vectorsScored,
        int misrouted,
        int unreached,
        long asOf,
        List<PartAnswer> answers) {
    /**
     * The share of a fetch: it covers the ordinal of its id.
     *
     * @param hits the record, or none
     */
    public static Partial fetched(FetchRequest fetch, long asOf, List<Hit> hits) {
        return new Partial(
                fetch.probe(),
                fetch.ordinal(),
                fetch.ordinal(),
                hits.size(),
                0,
                0,
                0,
                asOf,
                List.of(new PartAnswer(fetch.ordinal(), hits)));
    }
}
