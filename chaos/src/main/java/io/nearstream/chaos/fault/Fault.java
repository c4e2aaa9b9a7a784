package io.nearstream.chaos.fault;

import java.time.Duration;

/**
 * One fault of a schedule.
 *
 * @param number 1 for the first of the schedule
 * @param kind what is done
 * @param start when, from the beginning of the run
 * @param duration how long until it is undone
 * @param node the name of the node that it is done to; empty for none
 * @param seed of all that the injection draws
 */
public record Fault(
        int number, FaultKind kind, Duration start, Duration duration, String node, long seed) {
    /** When it is undone, from the beginning of the run. */
    public Duration end() {
        return start.plus(duration);
    }

    @Override
    public String toString() {
        return "%3d  %7.1f s  %5.1f s  %-20s %s"
                .formatted(
                        number, start.toMillis() / 1e3, duration.toMillis() / 1e3, kind.key(), node)
                .stripTrailing();
    }
}
