package io.nearstream.jobs.common.control;

import io.nearstream.core.recall.RecallController;
import io.nearstream.schemas.RecallGauged;
import io.nearstream.schemas.Settled;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What query jobs say of collections: which generation their buckets have settled in, and how the
 * number of buckets is to be corrected. Of each subtask only the newest announcement is kept, of
 * corrections those of the two newest generations, for a router may be one behind. Not thread-safe.
 */
final class JobNews {
    private static final int CORRECTIONS_MOST = 2;

    private final Map<Long, Map<String, Told>> byCollection = new HashMap<>();

    /** One job's word on one collection. */
    private static final class Told {
        private final Map<Integer, Announcement> bySubtask = new HashMap<>();
        private final TreeMap<Integer, Double> corrections = new TreeMap<>();
    }

    private record Announcement(int generation, int of, long offset) {}

    private Told told(long uid, String job) {
        return byCollection
                .computeIfAbsent(uid, key -> new HashMap<>())
                .computeIfAbsent(job, key -> new Told());
    }

    /** A subtask holds nothing of generations before the one it names. */
    void settled(long offset, Settled announced) {
        Map<Integer, Announcement> bySubtask =
                told(announced.getCollectionUid(), announced.getJob()).bySubtask;
        Announcement before = bySubtask.get(announced.getSubtask());
        if (before == null || announced.getGeneration() >= before.generation()) {
            bySubtask.put(
                    announced.getSubtask(),
                    new Announcement(announced.getGeneration(), announced.getOf(), offset));
        }
    }

    /**
     * A job has gauged its recall.
     *
     * @throws IllegalArgumentException where the correction is out of its range
     */
    void gauged(RecallGauged gauged) {
        if (!RecallController.isValid(gauged.getCorrection())) {
            throw new IllegalArgumentException(
                    "correction must be %s to %s, but was %s."
                            .formatted(
                                    RecallController.CORRECTION_LEAST,
                                    RecallController.CORRECTION_MOST,
                                    gauged.getCorrection()));
        }
        TreeMap<Integer, Double> corrections =
                told(gauged.getCollectionUid(), gauged.getJob()).corrections;
        corrections.put(gauged.getGeneration(), gauged.getCorrection());
        if (corrections.size() > CORRECTIONS_MOST) {
            corrections.pollFirstEntry();
        }
    }

    /** The collection is gone. */
    void forget(long uid) {
        byCollection.remove(uid);
    }

    /** Collections of which anything is kept. */
    int collections() {
        return byCollection.size();
    }

    /** The newest factor on the calibrated number of buckets; 1 where none was written. */
    double correction(long uid, String job, int generation) {
        Told told = byCollection.getOrDefault(uid, Map.of()).get(job);
        return told == null ? 1 : told.corrections.getOrDefault(generation, 1.0);
    }

    /**
     * The newest generation that all subtasks have settled in, as announced at this offset or
     * later. Who has settled in a generation has so in those before it.
     *
     * @return 0 where there is none
     */
    int settledGeneration(long uid, String job, long sinceOffset) {
        Told told = byCollection.getOrDefault(uid, Map.of()).get(job);
        if (told == null) {
            return 0;
        }
        Map<Integer, List<Integer>> generationsByOf = new HashMap<>();
        for (Announcement announced : told.bySubtask.values()) {
            if (announced.offset() >= sinceOffset) {
                generationsByOf
                        .computeIfAbsent(announced.of(), of -> new ArrayList<>())
                        .add(announced.generation());
            }
        }
        int newest = 0;
        for (Map.Entry<Integer, List<Integer>> subtasks : generationsByOf.entrySet()) {
            List<Integer> generations = subtasks.getValue();
            int of = subtasks.getKey();
            if (of > 0 && generations.size() >= of) {
                generations.sort(Comparator.reverseOrder());
                newest = Math.max(newest, generations.get(of - 1));
            }
        }
        return newest;
    }
}
