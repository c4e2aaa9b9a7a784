package io.nearstream.core.model;

/**
 * What a collection is; fixed when it is created. Checked once, here.
 *
 * @param name 1 to 128 characters of {@code [a-z0-9._-]}
 * @param uid tells incarnations of a name apart
 * @param dimensions 1 to 4,096
 * @param metric how distance is measured
 * @param encoding how vectors travel and are stored
 * @param buckets where its buckets come from
 * @param hashBits sign projection: bits per signature, 1 to 20; 0 for learned buckets
 * @param tables sign projection: tables, 1 to 32; 0 for learned buckets
 * @param seed seed of all that is drawn at random for the collection
 * @param targetRecall default recall that probes aim at, above 0, at most 1
 * @param trainAfter vectors after which generation 1 is trained (calibrated, for sign projection)
 * @param cells cells of generation 1, 2 to 65,536, at most trainAfter
 */
public record CollectionSettings(
        String name,
        long uid,
        int dimensions,
        Metric metric,
        Encoding encoding,
        BucketScheme buckets,
        int hashBits,
        int tables,
        long seed,
        double targetRecall,
        int trainAfter,
        int cells) {

    public static final int HASH_BITS_DEFAULT = 11;
    public static final int HASH_BITS_MAX = 20;
    public static final int TABLES_DEFAULT = 4;
    public static final int TABLES_MAX = 32;
    public static final double TARGET_RECALL_DEFAULT = 0.95;
    public static final int TRAIN_AFTER_DEFAULT = 10_000;
    public static final int TRAIN_AFTER_MAX = 1_000_000;
    public static final int CELLS_DEFAULT = 1_024;
    public static final int CELLS_MAX = 65_536;

    public CollectionSettings {
        try {
            Limits.checkCollectionName(name);
        } catch (RefusedException refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
        within("dimensions", dimensions, 1, Limits.DEFAULT.dimensions());
        if (buckets == BucketScheme.SIGN_PROJECTION) {
            within("hash-bits", hashBits, 1, HASH_BITS_MAX);
            within("tables", tables, 1, TABLES_MAX);
        } else {
            within("hash-bits", hashBits, 0, 0);
            within("tables", tables, 0, 0);
        }
        if (!(targetRecall > 0 && targetRecall <= 1)) {
            throw new IllegalArgumentException(
                    "target-recall must be above 0 and at most 1, but was " + targetRecall + ".");
        }
        within("train-after", trainAfter, 2, TRAIN_AFTER_MAX);
        within("cells", cells, 2, Math.min(CELLS_MAX, trainAfter));
    }

    private static void within(String name, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(
                    "%s must be between %d and %d, but was %d.".formatted(name, low, high, value));
        }
    }

    /** Bytes of one vector. */
    public int vectorBytes() {
        return dimensions * encoding.bytesPerDimension();
    }

    /** The same settings under another name. */
    public CollectionSettings named(String other) {
        return new CollectionSettings(
                other,
                uid,
                dimensions,
                metric,
                encoding,
                buckets,
                hashBits,
                tables,
                seed,
                targetRecall,
                trainAfter,
                cells);
    }

    /** Settings of a collection with learned buckets and every other setting at its default. */
    public static CollectionSettings learned(
            String name, long uid, int dimensions, Metric metric, Encoding encoding) {
        return new CollectionSettings(
                name,
                uid,
                dimensions,
                metric,
                encoding,
                BucketScheme.LEARNED,
                0,
                0,
                uid,
                TARGET_RECALL_DEFAULT,
                TRAIN_AFTER_DEFAULT,
                CELLS_DEFAULT);
    }
}
