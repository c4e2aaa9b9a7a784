package io.nearstream.core.partition;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import java.util.Arrays;

/**
 * Cross-polytope hashing with multi-probe (Andoni, Indyk, Laarhoven, Razenshteyn, Schmidt 2015):
 * each hash of a table rotates the vector at random and takes the nearest of the vertices +-e_i.
 * Rotations are three rounds of random signs and a Hadamard transform over the dimensions filled up
 * to a power of two D, so a hash has 1 + log2 D bits; the last one of a table looks at as many
 * coordinates as fill the table's bits. A probe goes by how much farther other vertices are. It
 * goes by directions only, as sign projection does. Sums run in one fixed order, so that every JVM
 * finds the same vertices. Immutable and thread-safe.
 */
final class CrossPolytope implements SeededTables {
    private static final int ROUNDS = 3;

    /** Longer vectors are scaled first, so that no sum of a transform leaves the range. */
    private static final float LARGE = 1e15f;

    private final Encoding encoding;
    private final int dimensions;
    private final int hashBits;
    private final int tables;

    /** D: the dimensions, filled up to a power of two. */
    private final int padded;

    /** Bits of each hash of a table; all but the last have 1 + log2 D. */
    private final int[] bits;

    /** +1 or -1, by table, hash, round and coordinate. */
    private final float[] signs;

    CrossPolytope(CollectionSettings settings) {
        this.encoding = settings.encoding();
        this.dimensions = settings.dimensions();
        this.hashBits = settings.hashBits();
        this.tables = settings.tables();
        int log = Integer.SIZE - Integer.numberOfLeadingZeros(dimensions - 1);
        this.padded = 1 << log;
        int whole = 1 + log;
        this.bits = new int[(hashBits + whole - 1) / whole];
        Arrays.fill(bits, whole);
        bits[bits.length - 1] = hashBits - (bits.length - 1) * whole;
        this.signs = new float[tables * bits.length * ROUNDS * padded];
        StableRandom random = new StableRandom(settings.seed());
        for (int i = 0; i < signs.length; i++) {
            signs[i] = random.nextLong() < 0 ? -1 : 1;
        }
    }

    @Override
    public int hashBits() {
        return hashBits;
    }

    @Override
    public int[] place(String id, byte[] vector) {
        float[] values = values(vector);
        float[] rotated = new float[padded];
        int[] buckets = new int[tables];
        for (int table = 0; table < tables; table++) {
            int hash = 0;
            for (int i = 0; i < bits.length; i++) {
                rotate(values, table * bits.length + i, rotated);
                hash = hash << bits[i] | nearest(rotated, coordinates(i));
            }
            buckets[table] = table << hashBits | hash;
        }
        return buckets;
    }

    @Override
    public int[] probe(byte[] query, int wanted) {
        if (wanted == count()) {
            return all();
        }
        float[] values = values(query);
        float[] rotated = new float[padded];
        int[][] vertices = new int[tables * bits.length][];
        double[][] costs = new double[vertices.length][];
        for (int hash = 0; hash < vertices.length; hash++) {
            rotate(values, hash, rotated);
            long[] sorted = byDistance(rotated, coordinates(hash % bits.length));
            vertices[hash] = Arrays.stream(sorted).mapToInt(key -> (int) key).toArray();
            costs[hash] = Arrays.stream(sorted).mapToDouble(CrossPolytope::cost).toArray();
        }
        DigitSequence sequence = new DigitSequence(costs, tables);
        int[] buckets = new int[wanted];
        for (int i = 0; i < wanted; i++) {
            DigitSequence.Choice choice = sequence.next();
            int hash = 0;
            for (int digit = 0; digit < bits.length; digit++) {
                int[] ranked = vertices[choice.table() * bits.length + digit];
                hash = hash << bits[digit] | ranked[choice.ranks()[digit]];
            }
            buckets[i] = choice.table() << hashBits | hash;
        }
        return buckets;
    }

    /** Coordinates that a hash of a table looks at: half of its vertices. */
    private int coordinates(int hash) {
        return 1 << (bits[hash] - 1);
    }

    /** The vertex of the largest coordinate: twice its index, plus 1 on the negative side. */
    private static int nearest(float[] rotated, int coordinates) {
        int nearest = 0;
        for (int i = 1; i < coordinates; i++) {
            if (Math.abs(rotated[i]) > Math.abs(rotated[nearest])) {
                nearest = i;
            }
        }
        return 2 * nearest + (rotated[nearest] < 0 ? 1 : 0);
    }

    /**
     * All vertices, the nearest first: in the lower half of each number the vertex, in the upper
     * half the bits of how much the largest coordinate exceeds its own, which order as the floats
     * do since none is negative.
     */
    private static long[] byDistance(float[] rotated, int coordinates) {
        float largest = 0;
        for (int i = 0; i < coordinates; i++) {
            largest = Math.max(largest, Math.abs(rotated[i]));
        }
        long[] keys = new long[2 * coordinates];
        for (int i = 0; i < coordinates; i++) {
            keys[2 * i] = key(largest - rotated[i], 2 * i);
            keys[2 * i + 1] = key(largest + rotated[i], 2 * i + 1);
        }
        Arrays.sort(keys);
        return keys;
    }

    private static long key(float excess, int vertex) {
        return (long) Float.floatToIntBits(excess) << Integer.SIZE | vertex;
    }

    private static double cost(long key) {
        double excess = Float.intBitsToFloat((int) (key >>> Integer.SIZE));
        return excess * excess;
    }

    private float[] values(byte[] vector) {
        float[] values = Arrays.copyOf(SeededTables.centred(encoding, vector, dimensions), padded);
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        if (largest > LARGE) {
            for (int i = 0; i < padded; i++) {
                values[i] /= largest;
            }
        }
        return values;
    }

    private void rotate(float[] values, int hash, float[] out) {
        System.arraycopy(values, 0, out, 0, padded);
        int at = hash * ROUNDS * padded;
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < padded; i++) {
                out[i] *= signs[at++];
            }
            transform(out);
        }
    }

    /** The Hadamard transform, without the factor that would keep lengths. */
    private static void transform(float[] values) {
        for (int half = 1; half < values.length; half *= 2) {
            for (int from = 0; from < values.length; from += 2 * half) {
                for (int i = from; i < from + half; i++) {
                    float left = values[i];
                    float right = values[i + half];
                    values[i] = left + right;
                    values[i + half] = left - right;
                }
            }
        }
    }
}
