package io.nearstream.bench.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Vectors of bytes about a number of centres, so that neighbours have something in common, as in
 * real sets. The same numbers and seed make the same vectors. Immutable.
 */
final class SyntheticVectors {
    private static final int VECTORS_PER_CENTRE = 100;
    private static final double CENTRE_SPREAD = 45;
    private static final double SPREAD = 18;
    private static final double QUERY_SPREAD = 8;
    private static final double MIDDLE = 128;
    private static final int BYTE_MAX = 255;

    private final byte[][] rows;

    private SyntheticVectors(byte[][] rows) {
        this.rows = rows;
    }

    /** So many vectors; all numbers are at least 1. */
    static SyntheticVectors of(int count, int dimensions, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] origin = new byte[dimensions];
        Arrays.fill(origin, (byte) MIDDLE);
        byte[][] centres = new byte[Math.max(1, count / VECTORS_PER_CENTRE)][];
        for (int i = 0; i < centres.length; i++) {
            centres[i] = near(origin, CENTRE_SPREAD, random);
        }
        byte[][] rows = new byte[count][];
        for (int i = 0; i < count; i++) {
            rows[i] = near(centres[random.nextInt(centres.length)], SPREAD, random);
        }
        return new SyntheticVectors(rows);
    }

    private static byte[] near(byte[] centre, double spread, SplittableRandom random) {
        byte[] vector = new byte[centre.length];
        for (int i = 0; i < vector.length; i++) {
            double value = (centre[i] & BYTE_MAX) + spread * random.nextGaussian();
            vector[i] = (byte) Math.max(0, Math.min(BYTE_MAX, Math.round(value)));
        }
        return vector;
    }

    int size() {
        return rows.length;
    }

    /** Not to be changed. */
    byte[] row(int number) {
        return rows[number];
    }

    /** A vector that was not written, beside one that was. */
    byte[] query(int row, SplittableRandom random) {
        return near(rows[row], QUERY_SPREAD, random);
    }

    /** Rows by their distance to a vector, the nearest k of them. */
    List<Integer> nearest(byte[] query, int k) {
        long[] distances = new long[rows.length];
        for (int row = 0; row < rows.length; row++) {
            distances[row] = squaredDistance(rows[row], query);
        }
        return new ArrayList<>(
                IntStream.range(0, rows.length)
                        .boxed()
                        .sorted(Comparator.comparingLong(row -> distances[row]))
                        .limit(k)
                        .toList());
    }

    /** The square of the Euclidean distance. */
    static long squaredDistance(byte[] a, byte[] b) {
        long sum = 0;
        for (int i = 0; i < a.length; i++) {
            long difference = (a[i] & BYTE_MAX) - (b[i] & BYTE_MAX);
            sum += difference * difference;
        }
        return sum;
    }
}
