package io.nearstream.core.join;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Version;
import io.nearstream.core.partition.CellVisits;
import io.nearstream.core.partition.StudyFiles;
import io.nearstream.core.similarity.VectorSpace;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a self-join costs and finds, one thread, without Flink: routing, visits, distances, recall
 * of the pairs. Arguments: a file of vectors (L2), how many, eps (0: by a sample), cells, and
 * values of a. Not a test.
 */
public final class JoinStudy {
    private static final int CHECKED = 1_000;
    private static final PrintStream OUT = System.out;

    private JoinStudy() {}

    public static void main(String[] args) throws Exception {
        Path file = Path.of(args[0]);
        List<byte[]> vectors = StudyFiles.read(file, Integer.parseInt(args[1]));
        Encoding encoding = StudyFiles.encoding(file);
        int dimensions = encoding.dimensions(vectors.get(0).length);
        VectorSpace space = VectorSpace.of(Metric.L2, encoding, dimensions);
        double given = Double.parseDouble(args[2]);
        double eps = given > 0 ? given : epsOfOnePairEach(space, vectors);
        int wanted = Integer.parseInt(args[3]);
        CellVisits cells =
                CellVisits.train(
                        Metric.L2,
                        encoding,
                        dimensions,
                        vectors.subList(0, Math.min(Integer.parseInt(args[4]), vectors.size())),
                        wanted,
                        1);
        JoinRule rule =
                new JoinRule(
                        Metric.L2,
                        encoding,
                        dimensions,
                        eps,
                        false,
                        JoinRule.UNLIMITED,
                        JoinRule.UNLIMITED,
                        true);
        OUT.printf("%d vectors, %s, eps %.1f%n", vectors.size(), cells, eps);
        for (int i = 5; i < args.length; i++) {
            for (int round = 0; round < 2; round++) { // the first warms up
                String[] shares = args[i].split("/");
                double a = Double.parseDouble(shares[0]);
                double b = Double.parseDouble(shares[1]);
                run(rule, cells, vectors, a, b, round == 1);
            }
        }
    }

    /** The distance within which a later record has one earlier one on average, by a sample. */
    private static double epsOfOnePairEach(VectorSpace space, List<byte[]> vectors) {
        int n = vectors.size();
        double[] nearest = new double[CHECKED * 8];
        int count = 0;
        for (int q = 0; q < CHECKED; q++) {
            int later = (int) ((long) (q + 1) * (n - 1) / CHECKED);
            double[] scores = new double[later];
            VectorSpace.Query query = space.query(vectors.get(later));
            for (int i = 0; i < later; i++) {
                scores[i] = space.score(query, vectors.get(i), 0, 1);
            }
            Arrays.sort(scores);
            for (int k = 0; k < Math.min(8, later); k++) {
                nearest[count++] = scores[k];
            }
        }
        double[] all = Arrays.copyOf(nearest, count);
        Arrays.sort(all);
        return space.distance(all[CHECKED]);
    }

    private static void run(
            JoinRule rule,
            CellVisits cells,
            List<byte[]> vectors,
            double a,
            double b,
            boolean report) {
        Placing placing = new Placing(rule, JoinRouting.cells(rule, cells, a, b));
        Map<Integer, PairBucket> buckets = new HashMap<>();
        long[] said = new long[vectors.size()];
        long[] visits = new long[1];
        long bytes = 0;
        long start = System.nanoTime();
        for (int i = 0; i < vectors.size(); i++) {
            RecordRef record = new RecordRef((byte) 0, "v" + i, new Version(i, 0, i));
            JoinChange change = new JoinChange(record, false, vectors.get(i), i, JoinChange.NEVER);
            int later = i;
            placing.change(
                    null,
                    change,
                    visit -> {
                        visits[0]++;
                        PairBucket bucket =
                                buckets.computeIfAbsent(
                                        visit.bucket(), unknown -> new PairBucket(rule));
                        bucket.apply(visit, pair -> said[later]++);
                    });
        }
        for (PairBucket bucket : buckets.values()) {
            bytes += bucket.drain().length;
        }
        double micros = (System.nanoTime() - start) / 1e3 / vectors.size();
        if (report) {
            long scanned = buckets.values().stream().mapToLong(PairBucket::scanned).sum();
            double possible = vectors.size() / 2.0 * (vectors.size() - 1);
            OUT.printf(
                    "a %.2f, b %.2f: recall %.4f, %.2f cells, scanned %.3f %% of all pairs, %.1f us a record, %.2f pairs a record, log %d MB%n",
                    a,
                    b,
                    recall(rule, vectors, said),
                    (double) visits[0] / vectors.size(),
                    100 * scanned / possible,
                    micros,
                    Arrays.stream(said).sum() / (double) vectors.size(),
                    bytes >> 20);
        }
    }

    private static double recall(JoinRule rule, List<byte[]> vectors, long[] said) {
        VectorSpace space = rule.space();
        double most = space.score(rule.eps());
        long found = 0;
        long there = 0;
        for (int q = 0; q < CHECKED; q++) {
            int later = (int) ((long) (q + 1) * (vectors.size() - 1) / CHECKED);
            VectorSpace.Query query = space.query(vectors.get(later));
            for (int i = 0; i < later; i++) {
                there += space.score(query, vectors.get(i), 0, 1) <= most ? 1 : 0;
            }
            found += said[later];
        }
        return (double) found / there;
    }
}
