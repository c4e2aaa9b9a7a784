package io.nearstream.bench.power;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What to read and how to judge it.
 *
 * @param source of the readings: a meter's file, or a device
 * @param live whether the source is a device that prints what it measures now
 * @param atMost how long a device is read, 1 s to 1 day
 * @param save where the readings of a device are kept, as a meter's file
 * @param work intervals with operations, read after the readings
 * @param idle a meter's file of the same cluster doing nothing
 * @param format of meters' files
 * @param gapMax readings farther apart are not joined, 10 ms to 1 h
 */
public record PowerPlan(
        Path source,
        boolean live,
        Duration atMost,
        Optional<Path> save,
        Optional<Path> work,
        Optional<Path> idle,
        MeterFormat format,
        Duration gapMax) {
    private static final Duration GAP_LEAST = Duration.ofMillis(10);
    private static final Duration GAP_MOST = Duration.ofHours(1);
    private static final Duration LIVE_LEAST = Duration.ofSeconds(1);
    private static final Duration LIVE_MOST = Duration.ofDays(1);

    public PowerPlan {
        requireWithin("--gap-s", gapMax, GAP_LEAST, GAP_MOST);
        requireWithin("--seconds", atMost, LIVE_LEAST, LIVE_MOST);
        if (save.isPresent() && !live) {
            throw new IllegalArgumentException(
                    "--save is for --serial: a meter's file is kept already.");
        }
    }

    private static void requireWithin(
            String option, Duration actual, Duration least, Duration most) {
        if (actual.compareTo(least) < 0 || actual.compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "%s must be between %s and %s seconds, but was %s."
                            .formatted(option, text(least), text(most), text(actual)));
        }
    }

    private static String text(Duration duration) {
        String number = Double.toString(Energy.seconds(duration));
        return number.endsWith(".0") ? number.substring(0, number.length() - 2) : number;
    }
}
