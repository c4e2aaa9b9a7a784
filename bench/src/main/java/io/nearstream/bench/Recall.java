package io.nearstream.bench;

import io.nearstream.client.VectorBytes;
import io.nearstream.core.model.Metric;
import io.nearstream.formats.TruthFile;
import io.nearstream.formats.VectorFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How good answers were. A hit counts when its exact distance is at most the true k-th distance
 * (and a millionth more, for ties), each id once a query.
 *
 * @param recall counted hits over k times queries
 * @param repeated ids that an answer named more than once; none in a correct answer
 * @param unknown ids that no row of the base file has; none in a correct answer
 */
public record Recall(double recall, long repeated, long unknown) {
    private static final double TOLERANCE = 1e-6;

    /** Rows of the base file that are looked at: {@code place} is -1 for the true k-th one. */
    private record Claim(int query, int place) {}

    /**
     * Judges answers; reads the truth, and the base file once.
     *
     * @param queries query vectors, as numbers
     * @param answers for each query the ids of its hits
     * @param k neighbours that were asked for
     * @throws IOException if a file is damaged, or the truth does not go so far
     */
    public static Recall of(
            BenchFiles files,
            Metric metric,
            List<float[]> queries,
            List<List<String>> answers,
            int k)
            throws IOException {
        int[] last = trueLast(files, queries.size(), k);
        Map<Long, List<Claim>> claims = new HashMap<>();
        long repeated = 0;
        long named = 0;
        for (int query = 0; query < queries.size(); query++) {
            claim(claims, last[query], new Claim(query, -1));
            Set<String> seen = new HashSet<>();
            for (String id : answers.get(query)) {
                if (!seen.add(id)) {
                    repeated++;
                } else if (id.matches("\\d{1,18}")) {
                    claim(claims, Long.parseLong(id), new Claim(query, seen.size() - 1));
                }
            }
            named += seen.size();
        }
        double[][] found = new double[queries.size()][];
        double[] bounds = new double[queries.size()];
        Arrays.fill(bounds, Double.NaN);
        for (int query = 0; query < found.length; query++) {
            found[query] = new double[answers.get(query).size()];
            Arrays.fill(found[query], Double.NaN);
        }
        VectorFile file = VectorFile.open(files.base());
        VectorFile base = metric == Metric.HAMMING ? file.asBits() : file;
        base.forEach(
                (row, vector) -> {
                    List<Claim> here = claims.get(row);
                    if (here == null) {
                        return;
                    }
                    float[] values = VectorBytes.decode(vector, base.encoding());
                    for (Claim claim : here) {
                        double distance = Exact.distance(metric, queries.get(claim.query), values);
                        if (claim.place < 0) {
                            bounds[claim.query] = distance;
                        } else {
                            found[claim.query][claim.place] = distance;
                        }
                    }
                });
        return count(files, found, bounds, k, repeated, named);
    }

    private static Recall count(
            BenchFiles files, double[][] found, double[] bounds, int k, long repeated, long named)
            throws IOException {
        long hits = 0;
        long known = 0;
        for (int query = 0; query < found.length; query++) {
            if (Double.isNaN(bounds[query])) {
                throw new IOException(
                        "%s: query %d has a true neighbour that is no row of %s."
                                .formatted(files.truth(), query, files.base()));
            }
            for (double distance : found[query]) {
                known += Double.isNaN(distance) ? 0 : 1;
                hits += distance <= atMost(bounds[query]) ? 1 : 0;
            }
        }
        return new Recall(hits / ((double) k * found.length), repeated, named - known);
    }

    /** A bound with the tolerance; an inner product's is below 0. */
    private static double atMost(double bound) {
        return bound + Math.abs(bound) * TOLERANCE;
    }

    /** The row of each query's true k-th neighbour. */
    private static int[] trueLast(BenchFiles files, int queries, int k) throws IOException {
        TruthFile truth = TruthFile.read(files.truth(), queries);
        if (truth.neighbours().size() < queries || truth.depth() < k) {
            throw new IOException(
                    "%s knows %d neighbours of %d queries, but %d of %d are needed: lower --k or --queries."
                            .formatted(
                                    files.truth(),
                                    truth.depth(),
                                    truth.neighbours().size(),
                                    k,
                                    queries));
        }
        return truth.neighbours().stream().mapToInt(row -> row[k - 1]).toArray();
    }

    private static void claim(Map<Long, List<Claim>> claims, long row, Claim claim) {
        claims.computeIfAbsent(row, unseen -> new ArrayList<>(1)).add(claim);
    }
}
