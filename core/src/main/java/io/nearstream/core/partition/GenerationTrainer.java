package io.nearstream.core.partition;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import java.util.List;
import java.util.Optional;

/**
 * Makes generation 1 from a sample of the stream: cells by k-means, the closure that gives the
 * wanted number of copies, and the calibration of the number of probes; for sign projection the
 * calibration only. Deterministic for the settings' seed and the sample. A part of the sample is
 * held out as queries; a sample too small for that trains a generation that is not calibrated.
 */
public final class GenerationTrainer {
    private static final int QUERIES_MAX = 1_000;
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
        RoutingSpace space = new RoutingSpace(settings);
        int[] order = random.permutation(sample.size());
        int queries =
                sample.size() < CALIBRATED_FROM
                        ? 0
                        : Math.min(QUERIES_MAX, sample.size() / QUERIES_SHARE);
        Replay.Sample split = Replay.Sample.of(space, sample, order, queries);
        Buckets buckets =
                settings.buckets() == BucketScheme.LEARNED
                        ? learn(settings, space, split, random)
                        : new SignProjection(settings);
        Optional<Calibration> calibration =
                queries == 0
                        ? Optional.empty()
                        : Optional.of(Replay.calibrate(space, split, buckets));
        return new Generation(settings, 1, buckets, calibration);
    }

    private static Cells learn(
            CollectionSettings settings,
            RoutingSpace space,
            Replay.Sample split,
            StableRandom random) {
        int wanted = Math.min(settings.cells(), split.base().length);
        Codebook codebook = KMeans.train(space, split.base(), wanted, random);
        Cells cells = new Cells(space, codebook, Closure.DEFAULT);
        byte[][] unseen = split.queries().length > 0 ? split.queries() : split.base();
        return new Cells(space, codebook, Closure.choose(cells, unseen));
    }
}
