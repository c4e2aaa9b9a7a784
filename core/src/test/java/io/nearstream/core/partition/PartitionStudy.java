package io.nearstream.core.partition;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.similarity.Vectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Measures buckets on a data set, in memory: {@code PartitionStudy BASE QUERY TRUTH_DISTANCES
 * METRIC learned|FAMILY:BITSxTABLES[xHASHES[xWIDTH]] [SEEDS [TARGET [QUERIES]]]}. The generation is
 * trained on the first 10,000 vectors only; the number of probes comes from its calibration, as a
 * router asks. Told: where the calibration is told the number of all vectors.
 */
public final class PartitionStudy {
    private static final int K = 10;
    private static final int CURVE_MAX = 2_000;
    private static final double TIE = 1 + 1e-6;

    /** What rounding in float32 adds to 1 - cosine; a true neighbour must not fail by it. */
    private static final double COSINE_ROUNDING = 1e-6;

    private final CollectionSettings settings;
    private final VectorSpace space;
    private final List<byte[]> base;
    private final List<byte[]> queries;
    private final List<byte[]> truth;

    private PartitionStudy(
            CollectionSettings settings,
            List<byte[]> base,
            List<byte[]> queries,
            List<byte[]> truth) {
        this.settings = settings;
        this.space = VectorSpace.of(settings);
        this.base = base;
        this.queries = queries;
        this.truth = truth;
    }

    public static void main(String[] args) throws IOException {
        Path baseFile = Path.of(args[0]);
        Metric metric = Metric.valueOf(args[3].toUpperCase(Locale.ROOT).replace('-', '_'));
        boolean binary = metric == Metric.HAMMING;
        Encoding encoding = binary ? Encoding.BINARY : StudyFiles.encoding(baseFile);
        int limit = args.length > 7 ? Integer.parseInt(args[7]) : 1_000;
        List<byte[]> base = StudyFiles.read(baseFile, Integer.MAX_VALUE);
        List<byte[]> queries = StudyFiles.read(Path.of(args[1]), limit);
        List<byte[]> truth = StudyFiles.read(Path.of(args[2]), limit);
        int seeds = args.length > 5 ? Integer.parseInt(args[5]) : 5;
        double target = args.length > 6 ? Double.parseDouble(args[6]) : 0.95;
        int dimensions = encoding.dimensions(base.get(0).length);
        System.out.println(
                "seed  recall     T  scanned%  (told)     T  scanned%  copies  needed  (scan%)  buckets"
                        + "  largest%"
                        + "  train_ms  place_us  probe_us");
        for (int seed = 0; seed <= seeds; seed++) {
            CollectionSettings settings = settings(args[4], dimensions, metric, encoding, seed);
            PartitionStudy study = new PartitionStudy(settings, base, queries, truth);
            String row = study.run(target);
            System.out.println(seed == 0 ? "(warm-up)" : row); // the JIT has not settled
        }
    }

    private static CollectionSettings settings(
            String scheme, int dimensions, Metric metric, Encoding encoding, long seed) {
        boolean learned = scheme.equals("learned");
        String[] parts =
                scheme.contains(":") ? scheme.split(":") : new String[] {"sign-projection", scheme};
        String[] shape = learned ? new String[] {"0", "0"} : parts[1].split("x");
        return new CollectionSettings(
                "study",
                seed,
                dimensions,
                metric,
                encoding,
                learned
                        ? BucketScheme.LEARNED
                        : BucketScheme.valueOf(parts[0].toUpperCase(Locale.ROOT).replace('-', '_')),
                Integer.parseInt(shape[0]),
                Integer.parseInt(shape[1]),
                seed * 7_919,
                0.95,
                CollectionSettings.TRAIN_AFTER_DEFAULT,
                CollectionSettings.CELLS_DEFAULT,
                shape.length > 2 ? Integer.parseInt(shape[2]) : 0,
                shape.length > 3 ? Double.parseDouble(shape[3]) : 0);
    }

    private String run(double target) {
        int trained = Math.min(base.size(), settings.trainAfter());
        long start = System.nanoTime();
        Generation generation = GenerationTrainer.train(settings, base.subList(0, trained));
        double trainMs = (System.nanoTime() - start) / 1e6;

        int[][] placed = new int[base.size()][];
        start = System.nanoTime();
        for (int i = 0; i < placed.length; i++) {
            placed[i] = generation.place("", base.get(i));
        }
        double placeUs = (System.nanoTime() - start) / 1e3 / placed.length;
        int[][] buckets = invert(placed);
        int largest = Arrays.stream(buckets).mapToInt(bucket -> bucket.length).max().orElse(0);

        int probes = generation.probes(target, K);
        int told = generation.probes(target, K, base.size());
        start = System.nanoTime();
        for (byte[] query : queries) {
            generation.probe(query, probes);
        }
        double probeUs = (System.nanoTime() - start) / 1e3 / queries.size();

        int most = Math.max(probes, told);
        int longest = Math.max(most, Math.min(generation.bucketCount(), CURVE_MAX));
        long[] hits = new long[longest];
        long[] scanned = new long[longest];
        replay(generation, buckets, hits, scanned);
        double all = (double) queries.size() * K;
        int needed =
                1 + (int) IntStream.range(0, longest).filter(t -> hits[t] < target * all).count();
        long copies = Arrays.stream(placed).mapToLong(p -> p.length).sum();
        return String.format(
                Locale.ROOT,
                "%4d  %.4f  %4d  %8.3f  %.4f  %4d  %8.3f  %6.3f  %6d  %7.3f  %7d  %8.3f  %8.0f  %8.1f  %8.1f",
                settings.uid(),
                hits[probes - 1] / all,
                probes,
                100.0 * scanned[probes - 1] / queries.size() / base.size(),
                hits[told - 1] / all,
                told,
                100.0 * scanned[told - 1] / queries.size() / base.size(),
                (double) copies / base.size(),
                needed,
                100.0 * scanned[Math.min(longest, needed) - 1] / queries.size() / base.size(),
                buckets.length,
                100.0 * largest / base.size(),
                trainMs,
                placeUs,
                probeUs);
    }

    private static int[][] invert(int[][] placed) {
        int count = 1 + Arrays.stream(placed).flatMapToInt(Arrays::stream).max().orElse(0);
        int[] sizes = new int[count];
        Arrays.stream(placed).flatMapToInt(Arrays::stream).forEach(bucket -> sizes[bucket]++);
        int[][] buckets = new int[count][];
        Arrays.setAll(buckets, bucket -> new int[sizes[bucket]]);
        for (int i = 0; i < placed.length; i++) {
            for (int bucket : placed[i]) {
                buckets[bucket][--sizes[bucket]] = i;
            }
        }
        return buckets;
    }

    /** Hits and distinct vectors scored after each bucket of the probe, over all queries. */
    private void replay(Generation generation, int[][] buckets, long[] hits, long[] scanned) {
        int[] seen = new int[base.size()];
        for (int q = 0; q < queries.size(); q++) {
            VectorSpace.Query query = space.query(queries.get(q));
            double rounding = settings.metric() == Metric.COSINE ? COSINE_ROUNDING : 0;
            float last = Vectors.value(Encoding.FLOAT32, truth.get(q), 0, K - 1);
            boolean whole = settings.metric() == Metric.HAMMING; // then the file holds int32
            double limit = (whole ? Float.floatToRawIntBits(last) : last) * TIE + rounding;
            int[] probe = generation.probe(queries.get(q), hits.length);
            int found = 0;
            int distinct = 0;
            for (int t = 0; t < hits.length; t++) {
                int[] bucket = probe[t] < buckets.length ? buckets[probe[t]] : new int[0];
                for (int i : bucket) {
                    if (seen[i] != q + 1) {
                        seen[i] = q + 1;
                        distinct++;
                        byte[] vector = base.get(i);
                        double score = space.score(query, vector, 0, space.inverseNorm(vector, 0));
                        if (found < K && space.distance(score) <= limit) {
                            found++;
                        }
                    }
                }
                hits[t] += found;
                scanned[t] += distinct;
            }
        }
    }
}
