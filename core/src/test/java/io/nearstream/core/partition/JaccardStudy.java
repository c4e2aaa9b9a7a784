package io.nearstream.core.partition;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Sets;
import io.nearstream.core.similarity.VectorSpace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/**
 * Measures MinHash buckets on documents, in memory: {@code JaccardStudy DOCUMENTS PAIRS
 * BITSxTABLESxMINIMA...}. A document is the third field of a line of a gzipped TSV and becomes the
 * set of its runs of three words; the pairs are those with a Jaccard similarity of at least .5, as
 * {@code i j intersection union}. Every document asks for its pairs in its own buckets.
 */
public final class JaccardStudy {
    private static final int WORDS = 3;

    private final List<long[]> documents = new ArrayList<>();
    private final List<int[]> pairs = new ArrayList<>();
    private final List<byte[]> sets = new ArrayList<>();
    private int places;

    private JaccardStudy() {}

    public static void main(String[] args) throws IOException {
        JaccardStudy study = new JaccardStudy();
        read(Path.of(args[0]), line -> study.documents.add(shingles(line.split("\t", -1)[2])));
        read(
                Path.of(args[1]),
                line ->
                        study.pairs.add(
                                Arrays.stream(line.split("\t"))
                                        .mapToInt(Integer::parseInt)
                                        .toArray()));
        study.places = study.documents.stream().mapToInt(set -> set.length).max().orElseThrow();
        study.documents.forEach(set -> study.sets.add(Sets.encode(set, study.places)));
        System.out.printf(
                Locale.ROOT,
                "%d sets, at most %d elements, %d pairs%n",
                study.sets.size(),
                study.places,
                study.pairs.size());
        System.out.println("shape     recall>=.5  recall>=.8  scored  scored%  place_us  query_us");
        System.out.println("warm-up   " + study.run(args[2]));
        for (String shape : Arrays.copyOfRange(args, 2, args.length)) {
            System.out.printf("%-8s  %s%n", shape, study.run(shape));
        }
    }

    private static void read(Path file, Consumer<String> lines) throws IOException {
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file)),
                                StandardCharsets.UTF_8))) {
            in.lines().forEach(lines);
        }
    }

    private static long[] shingles(String text) {
        String[] words =
                Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^a-z0-9]+"))
                        .filter(word -> !word.isEmpty())
                        .toArray(String[]::new);
        int runs = Math.max(1, words.length - WORDS + 1);
        long[] hashes = new long[runs];
        for (int i = 0; i < runs; i++) {
            int end = Math.min(words.length, i + WORDS);
            byte[] run =
                    String.join(" ", Arrays.copyOfRange(words, i, end))
                            .getBytes(StandardCharsets.UTF_8);
            hashes[i] = StableHash.of(run, 0, run.length);
        }
        return Arrays.stream(hashes).sorted().distinct().toArray();
    }

    private String run(String shape) {
        int[] parts = Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray();
        CollectionSettings settings =
                new CollectionSettings(
                        "study",
                        1,
                        places,
                        Metric.JACCARD,
                        Encoding.SET64,
                        BucketScheme.MIN_HASH,
                        parts[0],
                        parts[1],
                        7_919,
                        0.95,
                        CollectionSettings.TRAIN_AFTER_DEFAULT,
                        CollectionSettings.CELLS_DEFAULT,
                        parts[2],
                        0);
        Generation generation = Generation.initial(settings);
        long start = System.nanoTime();
        int[][] placed = sets.stream().map(set -> generation.place("", set)).toArray(int[][]::new);
        double placeUs = (System.nanoTime() - start) / 1e3 / placed.length;
        int[][] buckets = invert(placed, parts[1] << parts[0]);
        start = System.nanoTime();
        long scored = search(VectorSpace.of(settings), placed, buckets);
        double queryUs = (System.nanoTime() - start) / 1e3 / placed.length;
        double each = (double) scored / placed.length;
        return String.format(
                Locale.ROOT,
                "%10.4f  %10.4f  %6.0f  %7.3f  %8.1f  %8.1f",
                recall(placed, 1, 2),
                recall(placed, 4, 5),
                each,
                100 * each / placed.length,
                placeUs,
                queryUs);
    }

    private static int[][] invert(int[][] placed, int count) {
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

    /** Every set is asked for; distinct sets that were compared. */
    private long search(VectorSpace space, int[][] placed, int[][] buckets) {
        int[] seen = new int[placed.length];
        long scored = 0;
        double nearest = 0;
        for (int q = 0; q < placed.length; q++) {
            VectorSpace.Query query = space.query(sets.get(q));
            for (int bucket : placed[q]) {
                for (int i : buckets[bucket]) {
                    if (seen[i] != q + 1) {
                        seen[i] = q + 1;
                        scored++;
                        nearest += space.score(query, sets.get(i), 0, 1);
                    }
                }
            }
        }
        if (Double.isNaN(nearest)) {
            throw new IllegalStateException("A distance is no number.");
        }
        return scored;
    }

    /** Share of the pairs of a similarity of at least a / b that share a bucket. */
    private double recall(int[][] placed, int a, int b) {
        long all = 0;
        long found = 0;
        for (int[] pair : pairs) {
            if ((long) b * pair[2] >= (long) a * pair[3]) {
                all++;
                int[] left = placed[pair[0]];
                int[] right = placed[pair[1]];
                boolean shared = false;
                for (int table = 0; table < left.length; table++) {
                    shared |= left[table] == right[table];
                }
                found += shared ? 1 : 0;
            }
        }
        return (double) found / all;
    }
}
