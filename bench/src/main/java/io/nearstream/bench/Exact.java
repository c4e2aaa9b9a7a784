package io.nearstream.bench;

import io.nearstream.core.model.Metric;

/** Distances in float64, one term after the other: what answers are judged by. Stateless. */
public final class Exact {
    private Exact() {}

    /** As {@link Metric} defines it. */
    public static double distance(Metric metric, float[] a, float[] b) {
        return switch (metric) {
            case L2 -> euclidean(a, b);
            case COSINE -> cosine(a, b);
            case INNER_PRODUCT -> -dot(a, b);
            case HAMMING -> differing(a, b);
            case JACCARD ->
                    throw new IllegalArgumentException(
                            "Sets are judged by their common elements, not as floats.");
        };
    }

    private static double euclidean(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = (double) a[i] - b[i];
            sum += difference * difference;
        }
        return Math.sqrt(sum);
    }

    private static double dot(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
        }
        return dot;
    }

    private static double differing(float[] a, float[] b) {
        int differing = 0;
        for (int i = 0; i < a.length; i++) {
            differing += a[i] == b[i] ? 0 : 1;
        }
        return differing;
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            squaresA += (double) a[i] * a[i];
            squaresB += (double) b[i] * b[i];
        }
        return 1 - dot / (Math.sqrt(squaresA) * Math.sqrt(squaresB));
    }
}
