package io.nearstream.cli;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import javax.annotation.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The settings of a collection that is to be created, beside its shape. */
final class SettingsOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Nullable
    @Option(
            names = "--metric",
            paramLabel = "METRIC",
            description = "How distance is measured: l2 or cosine.")
    private Metric metric;

    @Option(
            names = "--buckets",
            paramLabel = "KIND",
            defaultValue = "learned",
            description =
                    "Where buckets come from: learned (cells of a codebook) or sign-projection (seeded hashes). Default: ${DEFAULT-VALUE}.")
    private BucketScheme buckets;

    @Nullable
    @Option(
            names = "--hash-bits",
            paramLabel = "K",
            description = "Sign projection: bits per signature, 1 to 20. Default: 11.")
    private Integer hashBits;

    @Nullable
    @Option(
            names = "--tables",
            paramLabel = "L",
            description = "Sign projection: tables, 1 to 32. Default: 4.")
    private Integer tables;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Seed of all that is drawn at random; drawn itself where absent.")
    private long seed;

    @Option(
            names = "--target-recall",
            paramLabel = "R",
            defaultValue = "" + CollectionSettings.TARGET_RECALL_DEFAULT,
            description =
                    "Recall that probes aim at, above 0, at most 1. Default: ${DEFAULT-VALUE}.")
    private double targetRecall;

    @Option(
            names = "--train-after",
            paramLabel = "N",
            defaultValue = "" + CollectionSettings.TRAIN_AFTER_DEFAULT,
            description = "Vectors after which the codebook is trained. Default: ${DEFAULT-VALUE}.")
    private int trainAfter;

    @Nullable
    @Option(
            names = "--cells",
            paramLabel = "C",
            description =
                    "Cells of the codebook. Default: 1024, and at most a quarter of --train-after.")
    private Integer cells;

    /**
     * The settings of a new collection, without a uid.
     *
     * @throws ParameterException if one is missing or out of range
     */
    CollectionSettings settings(String name, int dimensions, Encoding encoding) {
        if (metric == null) {
            throw new ParameterException(spec.commandLine(), "--metric l2 or cosine is required.");
        }
        boolean projection = buckets == BucketScheme.SIGN_PROJECTION;
        try {
            return new CollectionSettings(
                    name,
                    0,
                    dimensions,
                    metric,
                    encoding,
                    buckets,
                    or(hashBits, projection ? CollectionSettings.HASH_BITS_DEFAULT : 0),
                    or(tables, projection ? CollectionSettings.TABLES_DEFAULT : 0),
                    seed,
                    targetRecall,
                    trainAfter,
                    or(cells, defaultCells()));
        } catch (IllegalArgumentException outOfRange) {
            throw new ParameterException(spec.commandLine(), outOfRange.getMessage(), outOfRange);
        }
    }

    private int defaultCells() {
        return Math.max(2, Math.min(CollectionSettings.CELLS_DEFAULT, trainAfter / 4));
    }

    private static int or(@Nullable Integer given, int otherwise) {
        return given == null ? otherwise : given;
    }
}
