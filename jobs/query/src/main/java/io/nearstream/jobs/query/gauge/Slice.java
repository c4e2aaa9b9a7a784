package io.nearstream.jobs.query.gauge;

import io.nearstream.core.recall.RecallObservation;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.jobs.query.entry.EntryRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.common.state.MapState;

/**
 * The slice of one collection: its live records whose ids' hashes lie in a level. On the heap, and
 * written through to state. Belongs to the task's thread; its collection is the current key when it
 * is changed.
 */
final class Slice {
    private final MapState<String, byte[]> state;
    private final Map<String, byte[]> rows = new HashMap<>();
    private final int recordsMax;
    private final long bytesMax;
    private int level;
    private long bytes;

    /** Reads what the state has of the current key. */
    Slice(MapState<String, byte[]> state, int level, int recordsMax, long bytesMax)
            throws Exception {
        this.state = state;
        this.level = level;
        this.recordsMax = recordsMax;
        this.bytesMax = bytesMax;
        for (Map.Entry<String, byte[]> entry : state.entries()) {
            rows.put(entry.getKey(), entry.getValue());
            bytes += entry.getValue().length;
        }
    }

    int level() {
        return level;
    }

    int records() {
        return rows.size();
    }

    long bytes() {
        return bytes;
    }

    /**
     * Takes a row. One that is not newer than what is held does nothing: copies of a record come
     * for each of its buckets, and an older bucket's removal has the record's own version.
     */
    void apply(SliceRow sent) throws Exception {
        raise(sent.level());
        byte[] row = sent.row();
        if (!SliceRow.isIn(EntryRow.idHash(row, 0), level)) {
            return;
        }
        String id = EntryRow.id(row, 0);
        byte[] held = rows.get(id);
        if (held != null && !EntryRow.version(row, 0).isNewerThan(EntryRow.version(held, 0))) {
            return;
        }
        if (held != null) {
            bytes -= held.length;
        }
        if (!EntryRow.isRemoval(row, 0)) {
            bytes += row.length;
            rows.put(id, row);
            state.put(id, row);
        } else if (held != null) {
            rows.remove(id);
            state.remove(id);
        }
        while (rows.size() > recordsMax || bytes > bytesMax) {
            raise(level + 1);
        }
    }

    private void raise(int to) throws Exception {
        if (to <= level) {
            return;
        }
        level = to;
        Iterator<Map.Entry<String, byte[]>> all = rows.entrySet().iterator();
        while (all.hasNext()) {
            Map.Entry<String, byte[]> entry = all.next();
            if (!SliceRow.isIn(EntryRow.idHash(entry.getValue(), 0), level)) {
                bytes -= entry.getValue().length;
                state.remove(entry.getKey());
                all.remove();
            }
        }
    }

    /**
     * Holds an answer against the slice, which has by now everything that the answer may have.
     * Records that were changed later than what the answer surely has do not count; those that were
     * deleted since are not here.
     *
     * @return empty where there is neither a hit nor a miss
     */
    Optional<RecallObservation> observe(GaugeNote asked, GaugeNote answered, VectorSpace space) {
        double[] hits = answered.distances();
        double bound = hits.length < asked.k() ? Double.POSITIVE_INFINITY : hits[hits.length - 1];
        double[] misses = misses(asked, answered, space, bound);
        long word = 0;
        int length = 0;
        int hit = 0;
        int miss = 0;
        while (length < asked.k() && (hit < hits.length || miss < misses.length)) {
            boolean hitNext =
                    hit < hits.length && (miss == misses.length || hits[hit] <= misses[miss]);
            if (hitNext) {
                hit++;
            } else {
                word |= 1L << length;
                miss++;
            }
            length++;
        }
        return length == 0
                ? Optional.empty()
                : Optional.of(new RecallObservation(length, level, word, asked.target()));
    }

    private double[] misses(GaugeNote asked, GaugeNote answered, VectorSpace space, double bound) {
        Set<String> hits = new HashSet<>(answered.ids());
        VectorSpace.Query query = space.query(asked.query());
        List<Double> misses = new ArrayList<>();
        for (Map.Entry<String, byte[]> entry : rows.entrySet()) {
            byte[] row = entry.getValue();
            if (EntryRow.time(row, 0) > answered.asOf()
                    || EntryRow.expiresAt(row, 0) <= asked.appendTime()) {
                continue;
            }
            int vectorAt = EntryRow.vectorAt(row, 0, space.vectorBytes());
            double score = space.score(query, row, vectorAt, EntryRow.inverseNorm(row, 0));
            double distance = space.distance(score);
            if (distance < bound && !hits.contains(entry.getKey())) {
                misses.add(distance);
            }
        }
        double[] sorted = misses.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }
}
