package io.nearstream.cli;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.formats.VectorFile;
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
            description =
                    "How distance is measured: l2, cosine, inner-product, hamming or jaccard.")
    private Metric metric;

    @Nullable
    @Option(
            names = "--buckets",
            paramLabel = "KIND",
            description =
                    "Where buckets come from: learned (cells of a codebook), or a seeded family: sign-projection, p-stable (needs --width), cross-polytope, under hamming bit-sampling, under jaccard min-hash. Default: learned, under jaccard min-hash.")
    private BucketScheme buckets;

    @Nullable
    @Option(
            names = "--hash-bits",
            paramLabel = "K",
            description =
                    "Seeded family: bits of a bucket's number in its table, 1 to 20. Default: 11.")
    private Integer hashBits;

    @Nullable
    @Option(
            names = "--tables",
            paramLabel = "L",
            description = "Seeded family: tables, 1 to 32. Default: 4.")
    private Integer tables;

    @Nullable
    @Option(
            names = "--hashes",
            paramLabel = "K",
            description =
                    "Hashes of a table, 1 to 32: projections under p-stable (default: 8), minima of a band under min-hash (default: 2).")
    private Integer hashes;

    @Nullable
    @Option(
            names = "--width",
            paramLabel = "W",
            description =
                    "P-stable: width of a slot of a projection, 1e-30 to 1e30, in units of the distance (of the chord under cosine). A few times the distance at which neighbours are found.")
    private Double width;

    @Option(
            names = "--code",
            paramLabel = "KIND",
            defaultValue = CodeNames.AUTO,
            description =
                    "What a learned cell keeps of a vector: vector, float16, int8, rabitq4, rabitq1, product; what is less than the vector is scored again from it. auto: by the bytes of a vector. Default: ${DEFAULT-VALUE}.")
    private String code;

    @Option(
            names = "--rerank",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "With a code: candidates per hit that are scored again from their vectors, 1 to 1000. Default: as many as the code needs.")
    private int rerank;

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
            description =
                    "Vectors after which the codebook is trained, 2 to 1000000. Default: ${DEFAULT-VALUE}.")
    private int trainAfter;

    @Nullable
    @Option(
            names = "--cells",
            paramLabel = "C",
            description =
                    "Cells of the codebook, 2 to 65536 and at most --train-after. Default: 1024, and at most a quarter of --train-after.")
    private Integer cells;

    /** The encoding of vectors where none is named. */
    Encoding encoding() {
        if (metric == Metric.JACCARD) {
            return Encoding.SET64;
        }
        return metric == Metric.HAMMING ? Encoding.BINARY : Encoding.FLOAT32;
    }

    /** A file as the metric takes it: bytes as eight bits each under Hamming distance. */
    VectorFile fitting(VectorFile file) {
        try {
            return metric == Metric.HAMMING ? file.asBits() : file;
        } catch (IllegalArgumentException unfit) {
            throw new ParameterException(spec.commandLine(), unfit.getMessage(), unfit);
        }
    }

    /**
     * The settings of a new collection, without a uid.
     *
     * @throws ParameterException if one is missing or out of range
     */
    CollectionSettings settings(String name, int dimensions, Encoding encoding) {
        if (metric == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--metric l2, cosine, inner-product, hamming or jaccard is required.");
        }
        try {
            return checked(name, dimensions, encoding);
        } catch (IllegalArgumentException outOfRange) {
            throw new ParameterException(spec.commandLine(), outOfRange.getMessage(), outOfRange);
        }
    }

    /**
     * The settings of a new collection where only its metric is said, without a uid.
     *
     * @param file whose vectors it has
     * @throws IllegalArgumentException if they do not go together
     */
    static CollectionSettings usual(String name, Metric metric, VectorFile file) {
        SettingsOptions usual = new SettingsOptions();
        usual.metric = metric;
        usual.code = CodeNames.AUTO;
        usual.targetRecall = CollectionSettings.TARGET_RECALL_DEFAULT;
        usual.trainAfter = CollectionSettings.TRAIN_AFTER_DEFAULT;
        VectorFile fitting = metric == Metric.HAMMING ? file.asBits() : file;
        return usual.checked(name, fitting.dimensions(), fitting.encoding());
    }

    private CollectionSettings checked(String name, int dimensions, Encoding encoding) {
        BucketScheme family = buckets == null ? defaultBuckets() : buckets;
        boolean seeded = family.isSeeded();
        return new CollectionSettings(
                name,
                0,
                dimensions,
                metric,
                encoding,
                family,
                or(hashBits, seeded ? CollectionSettings.HASH_BITS_DEFAULT : 0),
                or(tables, seeded ? CollectionSettings.TABLES_DEFAULT : 0),
                seed,
                targetRecall,
                trainAfter,
                or(cells, defaultCells()),
                or(hashes, defaultHashes(family)),
                width == null ? 0 : width,
                CodeNames.parse(code, family, encoding, dimensions),
                rerank);
    }

    private BucketScheme defaultBuckets() {
        return metric == Metric.JACCARD ? BucketScheme.MIN_HASH : BucketScheme.LEARNED;
    }

    private static int defaultHashes(BucketScheme family) {
        return switch (family) {
            case P_STABLE -> CollectionSettings.PROJECTIONS_DEFAULT;
            case MIN_HASH -> CollectionSettings.MINIMA_DEFAULT;
            default -> 0;
        };
    }

    private int defaultCells() {
        return Math.max(2, Math.min(CollectionSettings.CELLS_DEFAULT, trainAfter / 4));
    }

    private static int or(@Nullable Integer given, int otherwise) {
        return given == null ? otherwise : given;
    }
}
