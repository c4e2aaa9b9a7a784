package io.nearstream.formats;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * Turns a name into a vector: its character trigrams, lower case, are counted in {@value
 * #DIMENSIONS} dimensions by signed feature hashing (Weinberger et al., "Feature Hashing for Large
 * Scale Multitask Learning", 2009). Names that share many trigrams have a small cosine distance.
 * The same name gives the same vector in every JVM. Never the zero vector. Thread-safe.
 */
public final class NameEmbedding {
    /** Dimensions of every embedding. */
    public static final int DIMENSIONS = 128;

    private static final int GRAM = 3;

    /** Stands before and after a name, so that its first and last letters weigh as much. */
    private static final char EDGE = '^';

    private NameEmbedding() {}

    /**
     * The embedding of a name: {@value #DIMENSIONS} whole numbers.
     *
     * @param name at least one character
     */
    public static float[] embed(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException(
                    "name must have at least one character, but is empty.");
        }
        String text = EDGE + name.toLowerCase(Locale.ROOT) + EDGE;
        float[] vector = new float[DIMENSIONS];
        for (int i = 0; i + GRAM <= text.length(); i++) {
            long hash = mix(text.charAt(i), text.charAt(i + 1), text.charAt(i + 2));
            vector[(int) (hash & (DIMENSIONS - 1))] += hash < 0 ? -1 : 1;
        }
        if (isZero(vector)) {
            // Every trigram met its opposite; any fixed direction will do.
            vector[text.length() & (DIMENSIONS - 1)] = 1;
        }
        return vector;
    }

    /** The embedding as little-endian float32, as it travels. */
    public static byte[] embedToBytes(String name) {
        ByteBuffer bytes =
                ByteBuffer.allocate(DIMENSIONS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(embed(name));
        return bytes.array();
    }

    private static boolean isZero(float[] vector) {
        for (float value : vector) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /** The finalizer of SplittableRandom over the three characters: all bits depend on all. */
    private static long mix(char a, char b, char c) {
        long z = ((long) a << 32) | ((long) b << 16) | c;
        z = (z + 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
