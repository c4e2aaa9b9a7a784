package io.nearstream.core.partition;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;

/**
 * Sign random projection (Charikar 2002): in each table, one bit per random hyperplane says on
 * which side of it a vector lies. Seeded and independent of the data, so a vector's buckets never
 * change. A probe goes by the margins of the query (Lv et al. 2007): the sides that it nearly lies
 * on come first, over all tables.
 *
 * <p>Unsigned vectors all lie in one corner of the space, where few hyperplanes would part them;
 * their own mean is taken off first. Sums run in one fixed order, so that every JVM computes the
 * same signs. Immutable and thread-safe.
 */
final class SignProjection implements Signatures {
    private final Encoding encoding;
    private final int dimensions;
    private final int hashBits;
    private final int tables;
    private final long seed;

    /** Components of the hyperplanes' normals, by dimension, then by table and bit. */
    private final float[] normals;

    SignProjection(CollectionSettings settings) {
        this.encoding = settings.encoding();
        this.dimensions = settings.dimensions();
        this.hashBits = settings.hashBits();
        this.tables = settings.tables();
        this.seed = settings.seed();
        this.normals = new float[dimensions * hashBits * tables];
        StableRandom random = new StableRandom(seed);
        for (int i = 0; i < normals.length; i++) {
            normals[i] = (float) random.nextGaussian();
        }
    }

    @Override
    public int hashBits() {
        return hashBits;
    }

    @Override
    public int tables() {
        return tables;
    }

    /** Signed distances (up to a factor) from the hyperplanes, by table and bit. */
    @Override
    public float[] margins(byte[] vector) {
        float[] values = SeededTables.centred(encoding, vector, dimensions);
        int planes = hashBits * tables;
        float[] margins = new float[planes];
        for (int i = 0; i < dimensions; i++) {
            float value = values[i];
            int from = i * planes;
            for (int plane = 0; plane < planes; plane++) {
                margins[plane] += value * normals[from + plane];
            }
        }
        return margins;
    }
}
