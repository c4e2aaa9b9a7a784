package io.nearstream.core.codes;

import io.nearstream.core.model.CodeKind;

/**
 * How far an estimate may lie above the score that it is of. The error of a code y of a way r from
 * the centroid is nearly at right angles to r, of length e |r|, and without preference for any
 * other direction, so that its part along q - c is about e |r| |q - c| / sqrt(D), normally
 * distributed (Gao and Long 2024); {@link #DEVIATIONS} of these are allowed. e is what each code
 * was seen to leave, rounded up; for halves and bytes, whose errors are not turned at random, it
 * holds what Cauchy and Schwarz allow.
 */
final class Slack {
    private static final double DEVIATIONS = 4;

    /** Of the query's own rounding, over its length. */
    private static final double QUERY_ERROR = .05;

    private Slack() {}

    /**
     * @param toCentroid distance of the query from the reference, squared
     * @param query distance of the query from the origin, squared
     * @param squared distance of the farthest vector that matters, squared
     * @return in squared distances
     */
    static double of(
            CodeKind kind, int dimensions, double toCentroid, double query, double squared) {
        double way = Math.sqrt(Math.max(0, toCentroid)) + Math.sqrt(Math.max(0, squared));
        double along =
                error(kind) * Math.sqrt(Math.max(0, toCentroid)) + QUERY_ERROR * Math.sqrt(query);
        return DEVIATIONS * 2 * way * along / Math.sqrt(dimensions);
    }

    private static double error(CodeKind kind) {
        return switch (kind) {
            case VECTOR -> 0;
            case FLOAT16 -> .005;
            case INT8 -> .05;
            case RABITQ_4 -> .2;
            case RABITQ_1 -> .9;
            case PRODUCT -> 3;
        };
    }
}
