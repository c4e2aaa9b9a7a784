package io.nearstream.bench.cluster;

import java.util.List;

/**
 * Decides when throughput has stopped rising: the last windows lie close together and the newer
 * half is no more than noise above the older one.
 */
final class Steadiness {
    /** Windows that must agree. */
    static final int WINDOWS = 4;

    /** How far they may lie apart, of their mean. */
    static final double SPREAD = 0.08;

    /** How much the newer ones may be above the older ones. */
    static final double RISE = 0.03;

    private Steadiness() {}

    /** Whether these rates, oldest first, end steadily. */
    static boolean isSteady(List<Double> rates) {
        if (rates.size() < WINDOWS) {
            return false;
        }
        List<Double> last = rates.subList(rates.size() - WINDOWS, rates.size());
        double least = last.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        double most = last.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        double older = mean(last.subList(0, WINDOWS / 2));
        double newer = mean(last.subList(WINDOWS / 2, WINDOWS));
        return most > 0 && most - least <= SPREAD * mean(last) && newer <= older * (1 + RISE);
    }

    private static double mean(List<Double> rates) {
        return rates.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
