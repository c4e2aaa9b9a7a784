package io.nearstream.core.partition;

import io.nearstream.core.model.CollectionSettings;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes generation 1 from a sample of the stream: cells by k-means, the closure that gives the
 * wanted number of copies, and the calibration of the number of probes; for seeded families the
 * calibration only. Deterministic for the settings' seed and the sample, on however many cores: it
 * uses the JVM's common pool, so that what waits for the codebook waits shorter. A part of the
 * sample is held out as queries; seeded families, which nothing trains, are asked for some of the
 * sample among all others. A sample too small for that trains a generation that is not calibrated,
 * and MinHash needs none: it visits the query's bucket of each table.
 */
public final class GenerationTrainer {
    private static final int QUERIES_MAX = 400;
    private static final int QUERIES_SHARE = 10;

    /** What is not held out costs no training: more queries make the curves of few neighbours. */
    private static final int SEEDED_QUERIES_MAX = 2_000;

    private static final int CALIBRATED_FROM = 100;

    private GenerationTrainer() {}

    /**
     * Trains generation 1.
     *
     * @param sample vectors that were checked, at least one
     */
    public static Generation train(CollectionSettings settings, List<byte[]> sample) {
        if (sample.isEmpty()) {
            throw new IllegalArgumentException("The sample must hold at least 1 vector.");
        }
        if (settings.buckets().isSeeded()) {
            return calibrated(settings, sample);
        }
        StableRandom random = new StableRandom(settings.seed());
        RoutingSpace space = RoutingSpace.of(settings, sample);
        int[] order = random.permutation(sample.size());
        int queries =
                sample.size() < CALIBRATED_FROM
                        ? 0
                        : Math.min(QUERIES_MAX, sample.size() / QUERIES_SHARE);
        Replay.Sample split = Replay.Sample.of(space, sample, order, queries);
        int wanted = Math.min(settings.cells(), split.base().length);
        KMeans.Trained trained = KMeans.train(space, split.base(), wanted, random);
        Cells plain = new Cells(space, trained.codebook(), Closure.DEFAULT);
        byte[][] news = queries > 0 ? split.queries() : split.base();
        Cells cells = new Cells(space, trained.codebook(), Closure.choose(plain, news, settings));
        Unseen unseen = new Unseen(cells, split.base(), trained.homes());
        return generation(settings, space, split, cells, unseen::place);
    }

    /** The same buckets as generation 0 has. */
    private static Generation calibrated(CollectionSettings settings, List<byte[]> sample) {
        SeededTables buckets = SeededTables.of(settings);
        if (buckets.homes() > 0 || sample.size() < CALIBRATED_FROM) {
            return new Generation(settings, 1, buckets, Optional.empty());
        }
        RoutingSpace space = RoutingSpace.of(settings, sample);
        int[] order = new StableRandom(settings.seed()).permutation(sample.size());
        int queries = Math.min(SEEDED_QUERIES_MAX, sample.size());
        Replay.Sample whole = Replay.Sample.whole(space, sample, order, queries);
        return generation(
                settings, space, whole, buckets, i -> buckets.place("", whole.baseVectors()[i]));
    }

    /**
     * The share of a sample, 0 to 1, that the fullest bucket holds. Where it is large, buckets are
     * of little use: say a family's parameters do not fit the data.
     *
     * @param sample vectors that were checked, at least one
     */
    public static double largestShare(Generation generation, List<byte[]> sample) {
        return sample.parallelStream()
                        .flatMapToInt(vector -> IntStream.of(generation.place("", vector)))
                        .boxed()
                        .collect(Collectors.groupingBy(bucket -> bucket, Collectors.counting()))
                        .values()
                        .stream()
                        .mapToLong(count -> count)
                        .max()
                        .orElse(0)
                / (double) sample.size();
    }

    private static Generation generation(
            CollectionSettings settings,
            RoutingSpace space,
            Replay.Sample split,
            Buckets buckets,
            IntFunction<int[]> placing) {
        Optional<Calibration> calibration =
                split.queries().length == 0
                        ? Optional.empty()
                        : Optional.of(Replay.calibrate(space, split, buckets, placing));
        return new Generation(settings, 1, buckets, calibration);
    }
}
