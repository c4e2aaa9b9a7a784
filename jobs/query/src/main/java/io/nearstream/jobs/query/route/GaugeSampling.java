package io.nearstream.jobs.query.route;

import io.nearstream.core.recall.RecallObservation;
import io.nearstream.jobs.query.gauge.GaugeSettings;

/**
 * Which probes are gauged: searches without a filter whose number of buckets follows from a target
 * recall, a share of them, and at most so many a second. Belongs to the task's thread.
 */
final class GaugeSampling {
    private static final long SECOND_MS = 1_000;

    private final GaugeSettings settings;
    private long second = Long.MIN_VALUE;
    private int takenInSecond;

    GaugeSampling(GaugeSettings settings) {
        this.settings = settings;
    }

    boolean takes(CheckedProbe probe, long nowMs) {
        boolean suits =
                probe.effort().byTarget()
                        && !probe.isRange()
                        && probe.filter().isEmpty()
                        && probe.k() <= RecallObservation.K_MOST;
        if (!suits || !settings.samples(probe.id())) {
            return false;
        }
        if (nowMs / SECOND_MS != second) {
            second = nowMs / SECOND_MS;
            takenInSecond = 0;
        }
        return takenInSecond++ < settings.ratePerSecond();
    }
}
