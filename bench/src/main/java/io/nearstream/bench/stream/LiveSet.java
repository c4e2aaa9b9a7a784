package io.nearstream.bench.stream;

import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.topk.TopK;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The records that a correct index has after some steps of a runbook, and the exact answers to
 * queries as of now. One thread at a time; the scan itself uses all processors.
 */
final class LiveSet {
    private static final double TOLERANCE = 1e-6;

    private final VectorSpace space;
    private final List<byte[]> rows;
    private final float[] inverseNorms;
    private final Map<Integer, Integer> rowByTag = new TreeMap<>();

    /** Nothing yet, of these rows. */
    LiveSet(VectorSpace space, List<byte[]> rows) {
        this.space = space;
        this.rows = rows;
        this.inverseNorms = new float[rows.size()];
        for (int row = 0; row < inverseNorms.length; row++) {
            inverseNorms[row] = space.inverseNorm(rows.get(row), 0);
        }
    }

    /** Does what a step of a runbook does; a search changes nothing. */
    void apply(Runbook.Step step) {
        for (int i = 0; i < step.count(); i++) {
            int tag = step.firstTag() + i;
            if (step.operation() == Runbook.Operation.DELETE) {
                rowByTag.remove(tag);
            } else {
                rowByTag.put(tag, step.firstRow() + i);
            }
        }
    }

    int size() {
        return rowByTag.size();
    }

    /** By tag, the row whose vector it has now. */
    Map<Integer, Integer> rows() {
        return rowByTag;
    }

    /** For each query how far its true k-th neighbour is, by an exact scan. */
    double[] bounds(List<byte[]> queries, int k) {
        int[] live = rowByTag.values().stream().mapToInt(Integer::intValue).toArray();
        double[] bounds = new double[queries.size()];
        IntStream.range(0, bounds.length)
                .parallel()
                .forEach(query -> bounds[query] = bound(space.query(queries.get(query)), live, k));
        return bounds;
    }

    private double bound(VectorSpace.Query query, int[] live, int k) {
        TopK nearest = new TopK(k);
        for (int row : live) {
            nearest.offer(score(query, row), row);
        }
        double[] scores = nearest.drainScores();
        double last = scores.length == 0 ? 0 : scores[scores.length - 1];
        return last + Math.abs(last) * TOLERANCE; // scores of inner products are negative
    }

    /**
     * How good answers are.
     *
     * @param recall hits that are no farther than the true k-th neighbour, of those to be found
     * @param wrong hits that are not live, or named twice; none in a correct index
     */
    record Judgement(double recall, long wrong) {}

    /**
     * Judges the tags that were found for each query.
     *
     * @param bounds as {@link #bounds} gives them for the same queries and k
     */
    Judgement judge(List<byte[]> queries, int[][] answers, double[] bounds, int k) {
        int wanted = Math.min(k, rowByTag.size());
        long found = 0;
        long wrong = 0;
        for (int i = 0; i < answers.length; i++) {
            VectorSpace.Query query = space.query(queries.get(i));
            int near = 0;
            int[] distinct = Arrays.stream(answers[i]).distinct().toArray();
            wrong += answers[i].length - distinct.length;
            for (int tag : distinct) {
                Integer row = rowByTag.get(tag);
                if (row == null) {
                    wrong++;
                } else if (score(query, row) <= bounds[i]) {
                    near++;
                }
            }
            found += Math.min(near, wanted);
        }
        long all = (long) wanted * queries.size();
        return new Judgement(all == 0 ? 1 : found / (double) all, wrong);
    }

    private double score(VectorSpace.Query query, int row) {
        return space.score(query, rows.get(row), 0, inverseNorms[row]);
    }
}
