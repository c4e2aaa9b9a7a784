package io.nearstream.core.partition;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.similarity.Vectors;
import java.util.Arrays;

/**
 * Bit sampling (Indyk and Motwani 1998): the hash of a table is some of the bits of a binary
 * vector, drawn from a seed, none twice. All bits are worth the same, so a probe goes by how many
 * differ: the query's own buckets, then those that differ in one bit, and so on. Immutable and
 * thread-safe.
 */
final class BitSampling implements Signatures {
    private final int hashBits;
    private final int tables;

    /** The dimensions that are looked at, by table and bit. */
    private final int[] sampled;

    BitSampling(CollectionSettings settings) {
        this.hashBits = settings.hashBits();
        this.tables = settings.tables();
        this.sampled = new int[tables * hashBits];
        StableRandom random = new StableRandom(settings.seed());
        for (int table = 0; table < tables; table++) {
            int[] order = random.permutation(settings.dimensions());
            System.arraycopy(order, 0, sampled, table * hashBits, hashBits);
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

    @Override
    public float[] margins(byte[] vector) {
        float[] margins = new float[sampled.length];
        Arrays.fill(margins, -1);
        for (int i = 0; i < sampled.length; i++) {
            if (Vectors.value(Encoding.BINARY, vector, 0, sampled[i]) != 0) {
                margins[i] = 1;
            }
        }
        return margins;
    }
}
