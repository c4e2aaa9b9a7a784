package io.nearstream.jobs.query.route;

import io.nearstream.core.partition.Generation;
import io.nearstream.jobs.common.config.NearstreamOptions.Routing;
import io.nearstream.jobs.query.message.BucketKey;
import io.nearstream.jobs.query.message.Effort;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.message.ProbeMessage;
import io.nearstream.jobs.query.message.QueryPart;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Splits a probe into one message per subtask that owns any of its buckets. Pure; one thread.
 *
 * <p>While flat buckets of generation 0 may hold entries, where all buckets are visited, and where
 * a filter may make a probe visit more buckets than are named, every subtask is asked: each knows
 * what it holds. While only cells that were split may hold some, those near the query are named
 * besides.
 */
final class Router {
    private final Owners owners;
    private final int parallelism;
    private final Routing routing;

    Router(Owners owners, int parallelism, Routing routing) {
        this.owners = owners;
        this.parallelism = parallelism;
        this.routing = routing;
    }

    /**
     * The messages of a probe, and the key groups that make its answer complete.
     *
     * @param messages one per subtask that is asked
     * @param slots key groups, as a bit set's words
     */
    record Route(List<ProbeMessage> messages, long[] slots) {}

    /**
     * Routes a probe.
     *
     * @param settled buckets that this generation no longer has are known to hold nothing; 0 where
     *     flat buckets may hold entries
     * @param correction factor on the calibrated number of buckets
     */
    Route route(ProbeKey key, CheckedProbe probe, long appendTime, int settled, double correction) {
        Generation generation = probe.collection().newest();
        boolean unsettled = settled == 0;
        int count = probe.effort().buckets(generation, probe.k(), correction);
        // Where a subtask visits all it holds, it needs no list.
        boolean flat = unsettled && generation.number() == 0;
        boolean all = !flat && count >= generation.bucketCount();
        boolean everywhere = unsettled || all || probe.widens() || routing == Routing.BROADCAST;
        BitSet slots = new BitSet();
        if (everywhere) {
            // Whoever is asked is waited for: a share behind its answer would be nobody's.
            slots.set(0, owners.maxParallelism());
        }
        Effort effort = all ? probe.effort().whole() : probe.effort();
        List<List<QueryPart>> bySubtask = new ArrayList<>(parallelism);
        for (int subtask = 0; subtask < parallelism; subtask++) {
            bySubtask.add(new ArrayList<>());
        }
        for (int ordinal = 0; ordinal < probe.vectors().size(); ordinal++) {
            byte[] vector = probe.vectors().get(ordinal);
            int[] buckets = all || flat ? new int[0] : named(generation, vector, count, settled);
            split(probe.collection().uid(), ordinal, vector, buckets, everywhere, slots, bySubtask);
        }
        List<ProbeMessage> messages = new ArrayList<>(parallelism);
        for (int subtask = 0; subtask < parallelism; subtask++) {
            if (!bySubtask.get(subtask).isEmpty()) {
                messages.add(
                        message(
                                subtask,
                                key,
                                probe,
                                effort,
                                generation,
                                unsettled,
                                appendTime,
                                bySubtask.get(subtask)));
            }
        }
        return new Route(messages, slots.toLongArray());
    }

    private static int[] named(Generation generation, byte[] vector, int count, int settled) {
        int[] nearest = generation.probe(vector, count);
        if (settled >= generation.number()) {
            return nearest;
        }
        int[] split = generation.probeRetired(vector, count, settled);
        return IntStream.concat(IntStream.of(nearest), IntStream.of(split)).toArray();
    }

    /** Gives each subtask its part of one query vector, its buckets still nearest first. */
    private void split(
            long uid,
            int ordinal,
            byte[] vector,
            int[] buckets,
            boolean everywhere,
            BitSet slots,
            List<List<QueryPart>> bySubtask) {
        int[][] owned = new int[parallelism][];
        int[] counts = new int[parallelism];
        for (int bucket : buckets) {
            int keyGroup = new BucketKey(uid, bucket).keyGroup(owners.maxParallelism());
            slots.set(keyGroup);
            int subtask = owners.subtask(keyGroup, parallelism);
            if (owned[subtask] == null) {
                owned[subtask] = new int[buckets.length];
            }
            owned[subtask][counts[subtask]++] = bucket;
        }
        for (int subtask = 0; subtask < parallelism; subtask++) {
            if (counts[subtask] > 0 || everywhere) {
                int[] here =
                        counts[subtask] == 0
                                ? new int[0]
                                : Arrays.copyOf(owned[subtask], counts[subtask]);
                bySubtask.get(subtask).add(new QueryPart(ordinal, vector, here));
            }
        }
    }

    private static ProbeMessage message(
            int subtask,
            ProbeKey key,
            CheckedProbe probe,
            Effort effort,
            Generation generation,
            boolean unsettled,
            long appendTime,
            List<QueryPart> queries) {
        return new ProbeMessage(
                subtask,
                key,
                probe.collection().uid(),
                generation.number(),
                unsettled,
                effort,
                appendTime,
                probe.atLeast(),
                probe.deadlineAt(),
                probe.share(),
                probe.radiusScore(),
                probe.filter(),
                probe.withVectors(),
                queries);
    }
}
