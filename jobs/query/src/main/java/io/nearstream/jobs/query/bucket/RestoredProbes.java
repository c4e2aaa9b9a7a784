package io.nearstream.jobs.query.bucket;

import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.message.ProbeMessage;
import io.nearstream.jobs.query.message.QueryPart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Probes that waited at a checkpoint, as one subtask takes them up again. A restore hands every
 * subtask the messages of all of them; their number may have changed. What was asked of several is
 * put together, cut to what this subtask owns now: one share for each probe.
 */
final class RestoredProbes {
    private RestoredProbes() {}

    /** One message for each probe, to this subtask. */
    static List<ProbeMessage> regroup(
            List<ProbeMessage> restored, OwnedBuckets owned, int subtask) {
        Map<ProbeKey, List<ProbeMessage>> byProbe = new LinkedHashMap<>();
        for (ProbeMessage message : restored) {
            byProbe.computeIfAbsent(message.key(), key -> new ArrayList<>()).add(message);
        }
        return byProbe.values().stream().map(parts -> together(parts, owned, subtask)).toList();
    }

    private static ProbeMessage together(
            List<ProbeMessage> messages, OwnedBuckets owned, int subtask) {
        ProbeMessage any = messages.get(0);
        Map<Integer, QueryPart> queries = new TreeMap<>();
        for (ProbeMessage message : messages) {
            for (QueryPart part : message.queries()) {
                int[] here = owned.of(any.collectionUid(), part.buckets());
                queries.merge(
                        part.ordinal(),
                        new QueryPart(part.ordinal(), part.vector(), here),
                        RestoredProbes::both);
            }
        }
        return new ProbeMessage(
                subtask,
                any.key(),
                any.collectionUid(),
                any.generation(),
                any.unsettled(),
                any.effort(),
                any.appendTime(),
                any.atLeast(),
                any.deadlineAt(),
                any.limit(),
                any.radiusScore(),
                any.filter(),
                any.withVectors(),
                List.copyOf(queries.values()));
    }

    private static QueryPart both(QueryPart left, QueryPart right) {
        int[] buckets =
                IntStream.concat(IntStream.of(left.buckets()), IntStream.of(right.buckets()))
                        .distinct()
                        .toArray();
        return new QueryPart(left.ordinal(), left.vector(), buckets);
    }
}
