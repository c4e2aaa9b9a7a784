package io.nearstream.core.partition;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.topk.TopK;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * Measures the life of a codebook while vectors come, in memory: {@code DriftStudy BASE QUERY
 * METRIC LABELS|file|spread [CELLS [EVERY]]}. With a file of labels (IDX), the lower half of the
 * classes comes first, then the upper half; {@code file} and {@code spread} are orders without
 * drift. Every so many writes, and a tenth, and at the end, overfull cells are split where that is
 * due. Compared with generation 1 alone, and with one trained on a spread of everything.
 */
public final class DriftStudy {
    private static final int K = 10;
    private static final int QUERIES = 500;
    private static final int SLICE = 32_768;
    private static final double[] TARGETS = {0.95, 0.99};

    private final CollectionSettings settings;
    private final List<byte[]> base;
    private final List<byte[]> queries;
    private final int[][] truth;
    private final RoutingSpace space;

    private DriftStudy(
            CollectionSettings settings, List<byte[]> base, List<byte[]> queries, int[][] truth) {
        this.settings = settings;
        this.base = base;
        this.queries = queries;
        this.truth = truth;
        this.space = RoutingSpace.of(settings, base);
    }

    public static void main(String[] args) throws IOException {
        List<byte[]> base = StudyFiles.read(Path.of(args[0]), Integer.MAX_VALUE);
        List<byte[]> queries = StudyFiles.read(Path.of(args[1]), QUERIES);
        Encoding encoding = StudyFiles.encoding(Path.of(args[0]));
        int cells = args.length > 4 ? Integer.parseInt(args[4]) : 1_024;
        int every = args.length > 5 ? Integer.parseInt(args[5]) : 10_000;
        CollectionSettings settings =
                new CollectionSettings(
                        "study",
                        1,
                        encoding.dimensions(base.get(0).length),
                        Metric.valueOf(args[2].toUpperCase(Locale.ROOT)),
                        encoding,
                        BucketScheme.LEARNED,
                        0,
                        0,
                        7,
                        0.95,
                        10_000,
                        cells);
        List<byte[]> ordered = ordered(base, args[3]);
        DriftStudy study =
                new DriftStudy(settings, ordered, queries, truth(settings, ordered, queries));
        System.out.println(
                "what              cells      T  recall  scanned%  needed  (scan%)  largest%   gini");
        study.run(every);
    }

    private static List<byte[]> ordered(List<byte[]> base, String order) throws IOException {
        int[] spread = new StableRandom(3).permutation(base.size());
        if (order.equals("spread")) {
            return IntStream.of(spread).mapToObj(base::get).toList();
        }
        if (order.equals("file")) {
            return base;
        }
        byte[] labels;
        try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(Path.of(order)))) {
            in.skipNBytes(8);
            labels = in.readAllBytes();
        }
        List<Integer> rows = new ArrayList<>();
        IntStream.of(spread).forEach(rows::add);
        rows.sort(Comparator.comparingInt(row -> labels[row] < 5 ? 0 : labels[row]));
        return rows.stream().map(base::get).toList();
    }

    private static int[][] truth(
            CollectionSettings settings, List<byte[]> base, List<byte[]> queries) {
        RoutingSpace space = RoutingSpace.of(settings, base);
        byte[][] points = base.stream().map(space::point).toArray(byte[][]::new);
        return IntStream.range(0, queries.size())
                .parallel()
                .mapToObj(
                        query -> {
                            TopK top = new TopK(K);
                            byte[] point = space.queryPoint(queries.get(query));
                            for (int i = 0; i < points.length; i++) {
                                top.offer(space.distance(point, 0, points[i], 0), i);
                            }
                            return top.drainRefs();
                        })
                .toArray(int[][]::new);
    }

    private void run(int every) {
        Generation first = GenerationTrainer.train(settings, base.subList(0, 10_000));
        int[][] placed = new int[base.size()][];
        Generation current = first;
        long moved = 0;
        int next = 10_000;
        for (int i = 0; i < placed.length; i++) {
            if (i >= next) {
                Optional<Generation> made = next(current, placed, i);
                if (made.isPresent()) {
                    current = made.get();
                    moved += move(current, placed, i);
                }
                next = i + Math.max(every, i / 10);
            }
            placed[i] = current.place("", base.get(i));
        }
        Optional<Generation> last = next(current, placed, placed.length);
        if (last.isPresent()) {
            current = last.get();
            moved += move(current, placed, placed.length);
        }
        print("life", current, placed);
        System.out.printf(Locale.ROOT, "moved %d of %d%n", moved, base.size());
        int[][] once = base.stream().map(v -> first.place("", v)).toArray(int[][]::new);
        print("generation 1", first, once);
        int[] spread = new StableRandom(5).permutation(base.size());
        List<byte[]> some = IntStream.of(spread).limit(10_000).mapToObj(base::get).toList();
        Generation fresh = GenerationTrainer.train(settings, some);
        print("fresh", fresh, base.stream().map(v -> fresh.place("", v)).toArray(int[][]::new));
    }

    private Optional<Generation> next(Generation current, int[][] placed, int n) {
        int scale = 1;
        while (n / scale > SLICE) {
            scale *= 2;
        }
        List<NextGeneration.Placed> sample = new ArrayList<>();
        Map<Integer, Integer> counted = new HashMap<>();
        for (int i = 0; i < n; i++) {
            if ((StableHash.mix(i) & (scale - 1)) == 0) {
                sample.add(new NextGeneration.Placed(base.get(i), placed[i]));
                IntStream.of(placed[i]).forEach(bucket -> counted.merge(bucket, 1, Integer::sum));
            }
        }
        BucketSizes sizes = BucketSizes.of(current, counted, sample.size(), scale);
        System.out.printf(
                Locale.ROOT,
                "at %d: %s, largest %d, overfull share %.3f, overfull %d, gini %.2f%n",
                n,
                current,
                sizes.largest(),
                sizes.overfullShare(),
                sizes.overfull(99_999).length,
                sizes.gini());
        if (!sizes.isDue()) {
            return Optional.empty();
        }
        long start = System.nanoTime();
        Optional<Generation> made = NextGeneration.after(settings, current, sample, sizes, 1_024);
        System.out.printf(Locale.ROOT, "made in %d ms%n", (System.nanoTime() - start) / 1_000_000);
        return made;
    }

    private long move(Generation current, int[][] placed, int n) {
        long moved = 0;
        for (int i = 0; i < n; i++) {
            if (IntStream.of(placed[i]).anyMatch(current::leaves)) {
                placed[i] = current.place("", base.get(i));
                moved++;
            }
        }
        return moved;
    }

    private void print(String what, Generation generation, int[][] placed) {
        for (double target : TARGETS) {
            print("%s .%.0f".formatted(what, 100 * target), generation, placed, target);
        }
    }

    private void print(String what, Generation generation, int[][] placed, double target) {
        Map<Integer, List<Integer>> inside = new HashMap<>();
        for (int i = 0; i < placed.length; i++) {
            for (int bucket : placed[i]) {
                inside.computeIfAbsent(bucket, key -> new ArrayList<>()).add(i);
            }
        }
        int probes = generation.probes(target, K);
        int longest = Math.min(generation.bucketCount(), Math.max(4 * probes, 64));
        double[] hits = new double[longest];
        double[] scanned = new double[longest];
        for (int query = 0; query < queries.size(); query++) {
            Set<Integer> found = new HashSet<>();
            int[] probe = generation.probe(queries.get(query), longest);
            for (int t = 0; t < longest; t++) {
                found.addAll(inside.getOrDefault(probe[t], List.of()));
                hits[t] += IntStream.of(truth[query]).filter(found::contains).count();
                scanned[t] += found.size();
            }
        }
        double all = (double) K * queries.size();
        int needed =
                1
                        + (int)
                                Arrays.stream(hits)
                                        .limit(longest - 1)
                                        .filter(h -> h < target * all)
                                        .count();
        double percent = 100.0 / queries.size() / placed.length;
        Map<Integer, Integer> counted = new HashMap<>();
        inside.forEach((bucket, list) -> counted.put(bucket, list.size()));
        BucketSizes sizes = BucketSizes.of(generation, counted, placed.length, 1);
        System.out.printf(
                Locale.ROOT,
                "%-16s  %5d  %5d  %.4f  %8.3f  %6d  %7.3f  %8.3f  %.3f%n",
                what,
                sizes.cells(),
                probes,
                hits[probes - 1] / all,
                scanned[probes - 1] * percent,
                needed,
                scanned[needed - 1] * percent,
                100 * sizes.largestShare(),
                sizes.gini());
    }
}
