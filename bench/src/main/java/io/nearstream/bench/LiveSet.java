package io.nearstream.bench;

import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.topk.TopK;
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

    void put(int tag, int row) {
        rowByTag.put(tag, row);
    }

    void remove(int tag) {
        rowByTag.remove(tag);
    }

    int size() {
        return rowByTag.size();
    }

    /** By tag, the row whose vector it has now. */
    Map<Integer, Integer> rows() {
        return rowByTag;
    }

    /**
     * How good answers are.
     *
     * @param recall hits that are no farther than the true k-th neighbour, of those to be found
     * @param wrong hits that are not live, or named twice; none in a correct index
     */
    record Judgement(double recall, long wrong) {}

    /** Judges the ids of the hits of each query. */
    Judgement judge(List<byte[]> queries, List<List<String>> answers, int k) {
        int[] live = rowByTag.values().stream().mapToInt(Integer::intValue).toArray();
        long[][] judged = new long[queries.size()][];
        IntStream.range(0, queries.size())
                .parallel()
                .forEach(
                        query ->
                                judged[query] =
                                        judge(queries.get(query), answers.get(query), live, k));
        long found = 0;
        long wrong = 0;
        for (long[] one : judged) {
            found += one[0];
            wrong += one[1];
        }
        long wanted = (long) Math.min(k, live.length) * queries.size();
        return new Judgement(wanted == 0 ? 1 : found / (double) wanted, wrong);
    }

    private long[] judge(byte[] vector, List<String> answer, int[] live, int k) {
        VectorSpace.Query query = space.query(vector);
        TopK nearest = new TopK(k);
        for (int row : live) {
            nearest.offer(score(query, row), row);
        }
        double[] scores = nearest.drainScores();
        double last = scores.length == 0 ? 0 : scores[scores.length - 1];
        double bound = last + Math.abs(last) * TOLERANCE; // scores of inner products are negative
        long found = 0;
        List<String> distinct = answer.stream().distinct().toList();
        long wrong = answer.size() - distinct.size();
        for (String id : distinct) {
            Integer row = rowByTag.get(Integer.parseInt(id));
            if (row == null) {
                wrong++;
            } else if (score(query, row) <= bound) {
                found++;
            }
        }
        return new long[] {Math.min(found, scores.length), wrong};
    }

    private double score(VectorSpace.Query query, int row) {
        return space.score(query, rows.get(row), 0, inverseNorms[row]);
    }
}
