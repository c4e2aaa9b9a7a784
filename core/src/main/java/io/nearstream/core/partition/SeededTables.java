package io.nearstream.core.partition;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.similarity.Vectors;
import java.util.Arrays;

/**
 * A family of hashes drawn from a seed: a vector lies in one bucket of each of several tables, and
 * never moves. Buckets are numbered {@code table << hashBits | hash}. The buckets of one table hold
 * every vector, so an exhaustive probe visits one table.
 */
interface SeededTables extends Buckets {
    /** Bits of a bucket's number in its table. */
    int hashBits();

    @Override
    default int count() {
        return 1 << hashBits();
    }

    @Override
    default int[] all() {
        int[] buckets = new int[count()];
        Arrays.setAll(buckets, i -> i);
        return buckets;
    }

    @Override
    default boolean leaves(int bucket) {
        return false;
    }

    /** The family of a collection with seeded buckets. */
    static SeededTables of(CollectionSettings settings) {
        return switch (settings.buckets()) {
            case SIGN_PROJECTION -> new SignProjection(settings);
            case P_STABLE -> new PStable(settings);
            case CROSS_POLYTOPE -> new CrossPolytope(settings);
            case BIT_SAMPLING -> new BitSampling(settings);
            case MIN_HASH -> new MinHash(settings);
            case LEARNED ->
                    throw new IllegalArgumentException("Learned buckets are of no seeded family.");
        };
    }

    /**
     * The values of a vector for a family that goes by directions. Unsigned vectors all lie in one
     * corner of the space, where few directions would part them; their own mean is taken off.
     */
    static float[] centred(Encoding encoding, byte[] vector, int dimensions) {
        float[] values = Vectors.toFloats(encoding, vector, 0, dimensions);
        if (encoding == Encoding.UINT8) {
            long sum = 0;
            for (float value : values) {
                sum += (long) value;
            }
            float mean = (float) sum / dimensions;
            for (int i = 0; i < dimensions; i++) {
                values[i] -= mean;
            }
        }
        return values;
    }
}
