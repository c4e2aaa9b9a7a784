package io.nearstream.core.partition;

import io.nearstream.core.model.CollectionSettings;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Makes generation 1 from a sample of the stream: cells by k-means, the closure that gives the
 * wanted number of copies, and the calibration of the number of probes; for seeded families the
 * calibration only. Deterministic for the settings' seed and the sample, on however many cores: it
 * uses the JVM's common pool, so that what waits for the codebook waits shorter. A part of the
 * sample is held out as queries; a sample too small for that trains a generation that is not
 * calibrated.
 */
public final class GenerationTrainer {
    private static final int QUERIES_MAX = 400;
    private static final int QUERIES_SHARE = 10;
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
        StableRandom random = new StableRandom(settings.seed());
        RoutingSpace space = RoutingSpace.of(settings, sample);
        int[] order = random.permutation(sample.size());
        int queries =
                sample.size() < CALIBRATED_FROM
                        ? 0
                        : Math.min(QUERIES_MAX, sample.size() / QUERIES_SHARE);
        Replay.Sample split = Replay.Sample.of(space, sample, order, queries);
        if (settings.buckets().isSeeded()) {
            Buckets buckets = SeededTables.of(settings);
            return generation(
                    settings,
                    space,
                    split,
                    buckets,
                    i -> buckets.place("", split.baseVectors()[i]));
        }
        int wanted = Math.min(settings.cells(), split.base().length);
        KMeans.Trained trained = KMeans.train(space, split.base(), wanted, random);
        Cells plain = new Cells(space, trained.codebook(), Closure.DEFAULT);
        byte[][] news = queries > 0 ? split.queries() : split.base();
        Cells cells = new Cells(space, trained.codebook(), Closure.choose(plain, news));
        Unseen unseen = new Unseen(cells, split.base(), trained.homes());
        return generation(settings, space, split, cells, unseen::place);
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
