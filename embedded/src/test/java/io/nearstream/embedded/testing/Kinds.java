package io.nearstream.embedded.testing;

import io.nearstream.client.VectorBytes;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Collections of every metric, family of buckets and code, and random vectors of them, so that what
 * holds of one is tested of all. Stateless.
 */
public final class Kinds {
    private static final int DIMENSIONS = 16;
    private static final int CELLS = 16;
    private static final int HASH_BITS = 6;
    private static final int TABLES = 3;
    private static final double WIDTH = 4;

    /** Few enough that random sets have elements in common. */
    private static final int ELEMENTS = 40;

    private Kinds() {}

    /** One collection of each kind; the name says which. */
    public static List<CollectionSettings> all(int trainAfter) {
        List<CollectionSettings> all = new ArrayList<>();
        for (BucketScheme family : BucketScheme.values()) {
            for (Metric metric : Metric.values()) {
                boolean unbounded = metric == Metric.INNER_PRODUCT && family.isSeeded();
                if (family.serves(metric) && !unbounded) {
                    all.add(settings(metric, family, trainAfter));
                }
            }
        }
        for (CodeKind code : CodeKind.values()) {
            if (code != CodeKind.VECTOR) {
                // Each code under another metric: scores and slack of all three are told by codes.
                Metric[] metrics = {Metric.L2, Metric.COSINE, Metric.INNER_PRODUCT};
                Metric metric = metrics[code.ordinal() % metrics.length];
                CollectionSettings plain = settings(metric, BucketScheme.LEARNED, trainAfter);
                String name = code.name().toLowerCase(Locale.ROOT) + "-" + plain.name();
                all.add(plain.coded(code, 0).named(name));
            }
        }
        return all;
    }

    private static CollectionSettings settings(Metric metric, BucketScheme family, int trainAfter) {
        Encoding encoding =
                switch (metric) {
                    case HAMMING -> Encoding.BINARY;
                    case JACCARD -> Encoding.SET64;
                    case L2, COSINE, INNER_PRODUCT -> Encoding.FLOAT32;
                };
        int hashes =
                switch (family) {
                    case P_STABLE -> 4;
                    case MIN_HASH -> 2;
                    default -> 0;
                };
        return new CollectionSettings(
                (family + "-" + metric).toLowerCase(Locale.ROOT),
                1,
                DIMENSIONS,
                metric,
                encoding,
                family,
                family.isSeeded() ? HASH_BITS : 0,
                family.isSeeded() ? TABLES : 0,
                7,
                0.95,
                trainAfter,
                CELLS,
                hashes,
                family == BucketScheme.P_STABLE ? WIDTH : 0);
    }

    /** A random vector of a collection; no two are likely to be the same. */
    public static byte[] vector(CollectionSettings settings, SplittableRandom random) {
        switch (settings.encoding()) {
            case SET64:
                long[] elements = random.longs(settings.dimensions(), 0, ELEMENTS).toArray();
                return VectorBytes.ofSet(settings.dimensions(), elements);
            case FLOAT16, FLOAT32:
                float[] values = new float[settings.dimensions()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) random.nextGaussian();
                }
                return VectorBytes.encode(values, settings.encoding());
            default:
                byte[] vector = new byte[settings.vectorBytes()];
                random.nextBytes(vector);
                return vector;
        }
    }

    /** How far apart two vectors of a collection are, as a hit would say it. */
    public static double distance(CollectionSettings settings, byte[] query, byte[] vector) {
        VectorSpace space = VectorSpace.of(settings);
        return space.distance(
                space.score(space.query(query), vector, 0, space.inverseNorm(vector, 0)));
    }
}
