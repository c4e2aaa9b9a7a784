package io.nearstream.core.recall;

/**
 * Corrects the number of buckets that a target recall costs. Slow and bounded: it moves only where
 * the interval of an estimate leaves a band above the target, by a step that is meant to go less
 * than the whole way, and a new estimate is made of answers that the step has reached. Pure.
 */
public final class RecallController {
    /** Factors on the calibrated number of buckets. */
    public static final double CORRECTION_LEAST = 0.5;

    public static final double CORRECTION_MOST = 4;

    /** Answers of an estimate before anything is moved. */
    public static final int PROBES_LEAST = 64;

    /** Answers of an estimate at most: the newest. */
    public static final int PROBES_MOST = 1_024;

    /** Width of the band above the target in which nothing moves, as a share of the misses. */
    private static final double BAND = 0.25;

    /**
     * Misses fall at least with about the square of the buckets where data is hard, faster
     * elsewhere: the square root of the way is no overshoot. Down it goes more slowly.
     */
    private static final double POWER_UP = 0.5;

    private static final double POWER_DOWN = 1.0 / 3;
    private static final double UP_LEAST = 1.1;
    private static final double UP_MOST = 1.6;
    private static final double DOWN_LEAST = 0.8;
    private static final double DOWN_MOST = 0.95;

    /** Fewer misses than these cannot be aimed at. */
    private static final double MISSES_LEAST = 0.001;

    private RecallController() {}

    /**
     * Whether so many answers since the last move are a time to look: looking at each would find
     * the interval beside the target too often, by chance.
     */
    public static boolean isDue(long probes) {
        return probes >= PROBES_LEAST && (Long.bitCount(probes) == 1 || probes % PROBES_MOST == 0);
    }

    /**
     * The correction to go on with; the same one where nothing is to move.
     *
     * @param correction of the answers that were observed
     * @param target mean of the recalls that they aimed at
     */
    public static double next(double correction, double target, RecallEstimate seen) {
        double wanted = Math.max(MISSES_LEAST, 1 - target);
        double step = 1;
        if (seen.probes() < PROBES_LEAST) {
            return correction;
        }
        // As far as is sure, not as is likely: a few answers that are unlike the rest move little.
        if (seen.high() < 1 - wanted) {
            double sure = 1 - seen.high();
            step = within(Math.pow(sure / wanted, POWER_UP), UP_LEAST, UP_MOST);
        } else if (seen.low() > 1 - (1 - BAND) * wanted) {
            double room = (1 - seen.low()) / ((1 - BAND) * wanted);
            step = within(Math.pow(room, POWER_DOWN), DOWN_LEAST, DOWN_MOST);
        }
        return within(correction * step, CORRECTION_LEAST, CORRECTION_MOST);
    }

    /** Whether a number is a correction. */
    public static boolean isValid(double correction) {
        return correction >= CORRECTION_LEAST && correction <= CORRECTION_MOST;
    }

    private static double within(double value, double low, double high) {
        return Math.max(low, Math.min(high, value));
    }
}
