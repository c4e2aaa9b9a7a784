package io.nearstream.bench;

import io.nearstream.core.model.Metric;

/** Distances in float64, one term after the other: what answers are judged by. Stateless. */
final class Exact {
    private Exact() {}

    /** L2: Euclidean; cosine: 1 - cosine similarity. */
    static double distance(Metric metric, float[] a, float[] b) {
        return switch (metric) {
            case L2 -> euclidean(a, b);
            case COSINE -> cosine(a, b);
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
