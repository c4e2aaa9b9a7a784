package io.nearstream.core.codes;

import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import java.util.Optional;

/** Makes the codes of a collection. */
public final class VectorCodes {
    /** Tells the rotation apart from whatever else is drawn by a collection's seed. */
    private static final long ROTATION_SALT = 0x726f746174696f6eL;

    private VectorCodes() {}

    /** A code that needs no training; what is near the origin is coded best. */
    public static VectorCode of(CollectionSettings settings, CodeKind kind) {
        return of(settings, kind, new float[settings.dimensions()]);
    }

    /**
     * A code that needs no training, about an origin that lies amid the vectors: a mean of some.
     * Queries are rounded by their distance from it. It does not matter under inner product.
     *
     * @param origin one value per dimension, finite; under cosine of vectors of length 1
     * @throws IllegalArgumentException for product quantisation, and for all but whole vectors
     *     where a dimension is no number
     */
    public static VectorCode of(CollectionSettings settings, CodeKind kind, float[] origin) {
        Points points = new Points(VectorSpace.of(settings), origin);
        int dimensions = settings.dimensions();
        if (kind != CodeKind.VECTOR) {
            checkNumbers(settings, kind);
        }
        return switch (kind) {
            case VECTOR -> new WholeCode(points);
            case FLOAT16 -> linear(kind, points, new Grids.Halves(dimensions));
            case INT8 -> linear(kind, points, new Grids.Bytes(dimensions));
            case RABITQ_4 -> rotated(kind, points, new Grids.Nibbles(dimensions), settings);
            case RABITQ_1 -> rotated(kind, points, new Grids.Bits(dimensions), settings);
            case PRODUCT ->
                    throw new IllegalArgumentException(
                            "PRODUCT needs a trained codebook; use VectorCodes.product.");
        };
    }

    /**
     * Product quantisation by a trained book.
     *
     * @param origin as for the other codes; the book does not depend on it
     */
    public static VectorCode product(
            CollectionSettings settings, ProductBook book, float[] origin) {
        checkNumbers(settings, CodeKind.PRODUCT);
        return new ProductCode(new Points(VectorSpace.of(settings), origin), book);
    }

    private static void checkNumbers(CollectionSettings settings, CodeKind kind) {
        if (settings.metric() == Metric.HAMMING || settings.metric() == Metric.JACCARD) {
            throw new IllegalArgumentException(
                    "The code under %s must be VECTOR, but was %s."
                            .formatted(settings.metric(), kind));
        }
    }

    private static VectorCode linear(CodeKind kind, Points points, Grid grid) {
        return new LinearCode(kind, points, grid, Optional.empty());
    }

    private static VectorCode rotated(
            CodeKind kind, Points points, Grid grid, CollectionSettings settings) {
        Rotation rotation = new Rotation(settings.dimensions(), settings.seed() ^ ROTATION_SALT);
        return new LinearCode(kind, points, grid, Optional.of(rotation));
    }
}
