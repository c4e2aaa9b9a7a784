package io.nearstream.cli;

import java.time.Duration;
import org.apache.flink.util.TimeUtils;

/** Durations as people write them. */
final class Durations {
    private Durations() {}

    /**
     * A duration of 1 ms or more.
     *
     * @throws IllegalArgumentException that names the option, if it is none
     */
    static Duration of(String option, String text) {
        try {
            Duration duration = TimeUtils.parseDuration(text);
            if (duration.toMillis() >= 1) {
                return duration;
            }
        } catch (IllegalArgumentException | ArithmeticException malformed) {
            throw new IllegalArgumentException(
                    "%s must be a duration as 30s or 12h, but was '%s'.".formatted(option, text),
                    malformed);
        }
        throw new IllegalArgumentException(
                "%s must be at least 1 ms, but was '%s'.".formatted(option, text));
    }
}
