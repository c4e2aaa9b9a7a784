package io.nearstream.bench.compare;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One figure over the rounds.
 *
 * @param median the middle one; of an even number the mean of the middle two
 * @param least of them
 * @param most of them
 */
public record Spread(double median, double least, double most) {
    /** Of the figures of some rounds, at least one. */
    public static Spread of(Collection<Double> figures) {
        if (figures.isEmpty()) {
            throw new IllegalArgumentException("A spread needs at least 1 figure.");
        }
        double[] sorted = figures.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median =
                sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("median", Figure.rounded(median));
        document.put("least", Figure.rounded(least));
        document.put("most", Figure.rounded(most));
        return document;
    }
}
