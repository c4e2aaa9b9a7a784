package io.nearstream.jobs.query.bucket;

import io.nearstream.core.partition.Generation;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.ProbeMessage;
import io.nearstream.jobs.query.message.QueryPart;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The buckets that a message makes this subtask visit. What its router named; all where the probe
 * is exhaustive, older ones that may hold entries among them; the flat ones while it says that they
 * may hold entries; and where this subtask knows a newer generation than the router did, what that
 * one would have named.
 *
 * @param buckets for each query of the message
 * @param misrouted buckets named that this subtask does not own, or that are split and empty: the
 *     router was so far behind that others would have to be asked
 */
record VisitPlan(List<int[]> buckets, int misrouted) {
    static VisitPlan of(
            ProbeMessage probe, CollectionState collection, OwnedBuckets owned, Settling settling) {
        Generation newest = collection.newest();
        long uid = collection.uid();
        int[] pending = settling.pending(uid);
        int[] flat =
                probe.unsettled()
                        ? owned.flat(uid).stream().mapToInt(BucketKey::bucket).toArray()
                        : new int[0];
        List<int[]> buckets = new ArrayList<>(probe.queries().size());
        int misrouted = 0;
        for (QueryPart query : probe.queries()) {
            IntStream visit = IntStream.of(flat);
            if (probe.effort().exhaustive()) {
                visit = IntStream.concat(IntStream.of(owned.all(collection)), visit);
                visit = IntStream.concat(visit, IntStream.of(pending));
            } else {
                int[] named = owned.of(uid, query.buckets());
                misrouted += query.buckets().length - named.length;
                visit = IntStream.concat(IntStream.of(named), visit);
                if (newest.number() > probe.generation()) {
                    int count = probe.effort().buckets(newest, probe.limit());
                    int[] newer = owned.of(uid, newest.probe(query.vector(), count));
                    visit = IntStream.concat(visit, IntStream.of(newer));
                    int[] split = newest.probeRetired(query.vector(), count, 0);
                    visit = IntStream.concat(visit, IntStream.of(both(split, pending)));
                    misrouted += settling.emptiedSince(collection, probe.generation(), named);
                }
            }
            buckets.add(visit.distinct().toArray());
        }
        return new VisitPlan(buckets, misrouted);
    }

    /** What is in both; each is short. */
    static int[] both(int[] left, int[] right) {
        return IntStream.of(left)
                .filter(bucket -> IntStream.of(right).anyMatch(other -> other == bucket))
                .toArray();
    }

    int visited() {
        return buckets.stream().mapToInt(list -> list.length).sum();
    }
}
