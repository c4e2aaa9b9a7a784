package io.nearstream.jobs.batch.search;

import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.topk.TopK;
import io.nearstream.jobs.batch.message.Hits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;

/**
 * Puts the answers of all subtasks to a block together, as distances, and lets blocks go in the
 * order of the file. What waits is bounded by what the channels before it hold.
 */
final class MergeFunction extends RichFlatMapFunction<Hits, Hits> {
    private static final long serialVersionUID = 1L;

    private final SearchSpec spec;
    private final int subtasks;
    private transient VectorSpace space;
    private transient Map<Long, List<Hits>> parts;
    private transient TopK nearest;
    private transient long next;

    /**
     * @param subtasks of the search
     */
    MergeFunction(SearchSpec spec, int subtasks) {
        this.spec = spec;
        this.subtasks = subtasks;
    }

    @Override
    public void open(OpenContext context) {
        space = spec.space();
        parts = new HashMap<>();
        nearest = new TopK(spec.k());
    }

    @Override
    public void flatMap(Hits part, Collector<Hits> out) {
        parts.computeIfAbsent(part.first(), unseen -> new ArrayList<>(subtasks)).add(part);
        for (List<Hits> due = parts.get(next);
                due != null && due.size() == subtasks;
                due = parts.get(next)) {
            parts.remove(next);
            next += due.get(0).count();
            out.collect(merge(due));
        }
    }

    private Hits merge(List<Hits> due) {
        Hits some = due.get(0);
        int k = spec.k();
        int[] rows = some.rows().clone();
        double[] scores = some.scores().clone();
        for (int at = 0; due.size() > 1 && at < rows.length; at += k) {
            nearest.reset(k);
            for (Hits part : due) {
                offer(part, at);
            }
            Arrays.fill(rows, at, at + k, Hits.NONE);
            Arrays.fill(scores, at, at + k, Double.POSITIVE_INFINITY);
            System.arraycopy(nearest.drainRefs(), 0, rows, at, nearest.size());
            System.arraycopy(nearest.drainScores(), 0, scores, at, nearest.size());
        }
        for (int i = 0; i < scores.length; i++) {
            scores[i] = space.distance(scores[i]);
        }
        return new Hits(some.first(), some.count(), rows, scores);
    }

    /** Nearest first; a row that lies in buckets of several subtasks counts once. */
    private void offer(Hits part, int at) {
        for (int i = at; i < at + spec.k() && part.rows()[i] != Hits.NONE; i++) {
            if (!nearest.holds(part.rows()[i])) {
                nearest.offer(part.scores()[i], part.rows()[i]);
            }
        }
    }
}
