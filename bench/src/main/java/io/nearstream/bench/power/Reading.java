package io.nearstream.bench.power;

import java.time.Instant;

/**
 * What a meter showed at one moment.
 *
 * @param at the moment
 * @param watts finite; 0 to {@value #WATTS_MAX}
 */
public record Reading(Instant at, double watts) {
    /** More than a rack takes: such a number is milliwatts, or no power at all. */
    public static final double WATTS_MAX = 100_000;

    public Reading {
        if (!isPower(watts)) {
            throw new IllegalArgumentException(
                    "watts must be between 0 and %.0f, but was %s.".formatted(WATTS_MAX, watts));
        }
    }

    /** Whether a number can be the power of a cluster, in watts. */
    static boolean isPower(double watts) {
        return watts >= 0 && watts <= WATTS_MAX;
    }
}
