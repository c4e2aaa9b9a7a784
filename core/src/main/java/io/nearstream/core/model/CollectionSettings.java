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
 * @param hashBits seeded buckets: bits of a bucket's number in its table, 1 to 20; 0 for learned
 * @param tables seeded buckets: tables, 1 to 32; 0 for learned buckets
 * @param seed seed of all that is drawn at random for the collection
 * @param targetRecall default recall that probes aim at, above 0, at most 1
 * @param trainAfter vectors after which generation 1 is trained (calibrated, for seeded buckets)
 * @param cells cells of generation 1, 2 to 65,536, at most trainAfter
 * @param hashes hashes of a table, 1 to 32: projections of p-stable buckets, minima of MinHash
 *     buckets; else 0
 * @param width p-stable buckets: width of a slot of a projection, 1e-30 to 1e30, in units of the
 *     distance under L2, of the chord between unit vectors under cosine; else 0
 * @param code what a learned cell keeps of a vector; seeded buckets keep the vector
 * @param rerank with a code: candidates per hit that are scored again from their vectors, 1 to
 *     1,000; 0 for as many as the code needs
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
        int cells,
        int hashes,
        double width,
        CodeKind code,
        int rerank) {

    public static final int HASH_BITS_DEFAULT = 11;
    public static final int HASH_BITS_MAX = 20;
    public static final int TABLES_DEFAULT = 4;
    public static final int TABLES_MAX = 32;
    public static final int PROJECTIONS_DEFAULT = 8;
    public static final int MINIMA_DEFAULT = 2;
    public static final int HASHES_MAX = 32;

    /** A projection over the width is a finite float32 that is not 0, whatever the seed draws. */
    public static final double WIDTH_LEAST = 1e-30;

    public static final double WIDTH_MOST = 1e30;
    public static final double TARGET_RECALL_DEFAULT = 0.95;
    public static final int TRAIN_AFTER_DEFAULT = 10_000;
    public static final int TRAIN_AFTER_MAX = 1_000_000;
    public static final int CELLS_DEFAULT = 1_024;
    public static final int CELLS_MAX = 65_536;
    public static final int RERANK_MAX = 1_000;

    public CollectionSettings {
        try {
            Limits.checkCollectionName(name);
        } catch (RefusedException refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
        within("dimensions", dimensions, 1, Limits.DEFAULT.dimensions());
        checkMetric(metric, encoding, dimensions, buckets, hashBits);
        if (buckets.isSeeded()) {
            within("hash-bits", hashBits, 1, HASH_BITS_MAX);
            within("tables", tables, 1, TABLES_MAX);
        } else {
            none("hash-bits", hashBits, "learned buckets have no hashes");
            none("tables", tables, "learned buckets have no tables");
        }
        checkFamily(buckets, hashes, width);
        if (!(targetRecall > 0 && targetRecall <= 1)) {
            throw new IllegalArgumentException(
                    "target-recall must be above 0 and at most 1, but was " + targetRecall + ".");
        }
        within("train-after", trainAfter, 2, TRAIN_AFTER_MAX);
        within("cells", cells, 2, Math.min(CELLS_MAX, trainAfter));
        checkCode(code, metric, buckets);
        if (code == CodeKind.VECTOR) {
            none("rerank", rerank, "a cell that keeps the vector has nothing to score again");
        }
        within("rerank", rerank, 0, RERANK_MAX);
    }

    private static void checkCode(CodeKind code, Metric metric, BucketScheme buckets) {
        boolean numbers = metric != Metric.HAMMING && metric != Metric.JACCARD;
        if (code != CodeKind.VECTOR && !(numbers && buckets == BucketScheme.LEARNED)) {
            throw new IllegalArgumentException(
                    "code must be VECTOR under %s with %s buckets, but was %s: codes are of numbers, about the centroid of a learned cell."
                            .formatted(metric, buckets, code));
        }
    }

    private static void checkMetric(
            Metric metric, Encoding encoding, int dimensions, BucketScheme buckets, int hashBits) {
        if (!metric.fits(encoding)) {
            throw new IllegalArgumentException(
                    "metric HAMMING and encoding BINARY need each other, and so do JACCARD and SET64, but they were %s and %s."
                            .formatted(metric, encoding));
        }
        if (encoding == Encoding.BINARY && dimensions % Byte.SIZE != 0) {
            throw new IllegalArgumentException(
                    "dimensions must be a multiple of 8 for BINARY, but were " + dimensions + ".");
        }
        if (metric == Metric.INNER_PRODUCT && buckets.isSeeded()) {
            throw new IllegalArgumentException(
                    "buckets must be LEARNED under INNER_PRODUCT, but were %s: the longest vector is not known before there are any."
                            .formatted(buckets));
        }
        if (!buckets.serves(metric)) {
            throw new IllegalArgumentException(
                    "buckets %s do not serve metric %s. Seeded buckets are BIT_SAMPLING under HAMMING, MIN_HASH under JACCARD, any other under L2 and COSINE; JACCARD has no LEARNED ones."
                            .formatted(buckets, metric));
        }
        if (buckets == BucketScheme.BIT_SAMPLING) {
            within("hash-bits", hashBits, 1, Math.min(HASH_BITS_MAX, dimensions));
        }
    }

    private static void checkFamily(BucketScheme buckets, int hashes, double width) {
        boolean pStable = buckets == BucketScheme.P_STABLE;
        boolean several = pStable || buckets == BucketScheme.MIN_HASH;
        if (several) {
            within("hashes", hashes, 1, HASHES_MAX);
        } else {
            none("hashes", hashes, "only p-stable and min-hash buckets have several in a table");
        }
        if (pStable && !(width >= WIDTH_LEAST && width <= WIDTH_MOST)) {
            throw new IllegalArgumentException(
                    "width must be between %s and %s for p-stable buckets, but was %s. Choose a few times the distance at which neighbours are found."
                            .formatted(WIDTH_LEAST, WIDTH_MOST, width));
        }
        if (!pStable && width != 0) {
            throw new IllegalArgumentException(
                    "width must be 0 where buckets are not p-stable, but was " + width + ".");
        }
    }

    private static void none(String name, int value, String why) {
        if (value != 0) {
            throw new IllegalArgumentException(
                    "%s must be left out: %s, but was %d.".formatted(name, why, value));
        }
    }

    private static void within(String name, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(
                    "%s must be between %d and %d, but was %d.".formatted(name, low, high, value));
        }
    }

    /** Settings of a collection whose buckets keep the vectors themselves. */
    public CollectionSettings(
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
            int cells,
            int hashes,
            double width) {
        this(
                name,
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
                cells,
                hashes,
                width,
                CodeKind.VECTOR,
                0);
    }

    /** Settings of a collection whose buckets are not p-stable. */
    public CollectionSettings(
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
        this(
                name,
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
                cells,
                0,
                0);
    }

    /** Bytes of one vector. */
    public int vectorBytes() {
        return encoding.vectorBytes(dimensions);
    }

    /** The same settings under another name. */
    public CollectionSettings named(String other) {
        return identified(other, uid, seed);
    }

    /** The same settings with another name, uid and seed. */
    public CollectionSettings identified(String otherName, long otherUid, long otherSeed) {
        return new CollectionSettings(
                otherName,
                otherUid,
                dimensions,
                metric,
                encoding,
                buckets,
                hashBits,
                tables,
                otherSeed,
                targetRecall,
                trainAfter,
                cells,
                hashes,
                width,
                code,
                rerank);
    }

    /**
     * The same settings with another code.
     *
     * @param otherRerank candidates per hit; 0 for as many as the code needs
     */
    public CollectionSettings coded(CodeKind otherCode, int otherRerank) {
        return new CollectionSettings(
                name,
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
                cells,
                hashes,
                width,
                otherCode,
                otherRerank);
    }

    /** Whether cells keep less of a vector than there is, so that the record store keeps it. */
    public boolean isCoded() {
        return code != CodeKind.VECTOR;
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
