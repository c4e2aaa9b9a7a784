package io.nearstream.core.codes;

import java.util.Arrays;

/**
 * The codewords of product quantisation (Jegou, Douze, Schmid 2011): the dimensions fall into
 * subspaces, as equal as they can be, and each has {@link #WORDS} codewords. They were trained on
 * the ways from vectors to the centroids of their buckets; see {@link ProductTrainer}. Immutable
 * and thread-safe.
 */
public final class ProductBook {
    /** Codewords of a subspace: what a byte can name. */
    public static final int WORDS = 256;

    private static final int BITS_PER_FLOAT = 32;

    /** Larger values, over the largest codeword, are cut, so that no product leaves a float. */
    private static final float VALUE_MAX = 1e15f;

    private final int dimensions;
    private final int[] starts;
    private final int exponent;

    /** For each dimension, the values that the codewords of its subspace have there. */
    private final float[][] words;

    /**
     * @param exponent what the values were divided by, as a power of two
     * @param words by dimension, then by codeword; taken as they are, not copied
     */
    ProductBook(int subspaces, int exponent, float[][] words) {
        this.dimensions = words.length;
        this.starts = starts(dimensions, subspaces);
        this.exponent = exponent;
        this.words = words;
    }

    /** Where each subspace begins, and where the last ends. */
    static int[] starts(int dimensions, int subspaces) {
        if (subspaces < 1 || subspaces > dimensions) {
            throw new IllegalArgumentException(
                    "subspaces must be between 1 and %d, the dimensions, but was %d."
                            .formatted(dimensions, subspaces));
        }
        int[] starts = new int[subspaces + 1];
        for (int i = 0; i <= subspaces; i++) {
            starts[i] = (int) ((long) dimensions * i / subspaces);
        }
        return starts;
    }

    /**
     * The number of subspaces with which codes take so much less than float32 vectors, all their
     * bytes counted; 1 where that cannot be reached.
     *
     * @param fold how many times less, at least 1
     */
    public static int subspacesFor(int dimensions, int fold) {
        int bytes = dimensions * BITS_PER_FLOAT / Byte.SIZE / fold - ProductCode.FLOAT_BYTES;
        return Math.max(1, Math.min(dimensions, bytes));
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws IllegalArgumentException saying what is wrong with the bytes
     */
    public static ProductBook fromBytes(byte[] bytes) {
        return ProductFormat.read(bytes);
    }

    /** The book in its versioned binary format. */
    public byte[] toBytes() {
        return ProductFormat.write(this);
    }

    public int dimensions() {
        return dimensions;
    }

    public int subspaces() {
        return starts.length - 1;
    }

    int exponent() {
        return exponent;
    }

    float[] words(int dimension) {
        return words[dimension];
    }

    /** Values as the codewords are scaled. */
    float[] scaled(float[] values) {
        double scale = Math.scalb(1.0, -exponent);
        float[] scaled = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            double value = values[i] * scale;
            scaled[i] = (float) Math.max(-VALUE_MAX, Math.min(VALUE_MAX, value));
        }
        return scaled;
    }

    /**
     * Names the nearest codeword of each subspace. The sums run over the codewords side by side: in
     * one order everywhere, and still in the processor's vectors.
     *
     * @param scaled values
     * @param levels takes the codewords' values
     */
    void put(float[] scaled, float[] levels, byte[] out, int at) {
        float[] distances = new float[WORDS];
        for (int subspace = 0; subspace < subspaces(); subspace++) {
            Arrays.fill(distances, 0);
            for (int i = starts[subspace]; i < starts[subspace + 1]; i++) {
                addSquares(distances, words[i], scaled[i]);
            }
            int nearest = 0;
            for (int word = 1; word < WORDS; word++) {
                nearest = distances[word] < distances[nearest] ? word : nearest;
            }
            out[at + subspace] = (byte) nearest;
            for (int i = starts[subspace]; i < starts[subspace + 1]; i++) {
                levels[i] = words[i][nearest];
            }
        }
    }

    private static void addSquares(float[] sums, float[] words, float value) {
        for (int word = 0; word < WORDS; word++) {
            float d = words[word] - value;
            sums[word] += d * d;
        }
    }

    /** The inner products of a query with all codewords, subspace by subspace. */
    float[] products(float[] scaled) {
        float[] table = new float[subspaces() * WORDS];
        for (int subspace = 0; subspace < subspaces(); subspace++) {
            int from = subspace * WORDS;
            for (int i = starts[subspace]; i < starts[subspace + 1]; i++) {
                addProducts(table, from, words[i], scaled[i]);
            }
        }
        return table;
    }

    private static void addProducts(float[] sums, int from, float[] words, float value) {
        for (int word = 0; word < WORDS; word++) {
            sums[from + word] += words[word] * value;
        }
    }
}
