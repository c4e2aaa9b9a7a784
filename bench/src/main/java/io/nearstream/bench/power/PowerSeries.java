package io.nearstream.bench.power;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Power over time: straight lines between readings. Two readings that are farther apart than the
 * longest allowed gap are not joined: what was used between them is unknown. Immutable.
 */
public final class PowerSeries {
    private final List<Reading> readings;
    private final Duration gapMax;

    /**
     * A series.
     *
     * @param readings at least two, each later than the one before
     * @param gapMax two readings so far apart are still joined; above 0
     */
    public PowerSeries(List<Reading> readings, Duration gapMax) {
        if (gapMax.isZero() || gapMax.isNegative()) {
            throw new IllegalArgumentException(
                    "The longest gap must be above 0, but was %s.".formatted(gapMax));
        }
        if (readings.size() < 2) {
            throw new IllegalArgumentException(
                    "Energy needs at least 2 readings, but there are %d."
                            .formatted(readings.size()));
        }
        for (int i = 1; i < readings.size(); i++) {
            if (!readings.get(i - 1).at().isBefore(readings.get(i).at())) {
                throw new IllegalArgumentException(
                        "Readings must be in the order of time, but %s comes behind %s."
                                .formatted(readings.get(i).at(), readings.get(i - 1).at()));
            }
        }
        this.readings = List.copyOf(readings);
        this.gapMax = gapMax;
    }

    /** From the first reading to the last. */
    public Span span() {
        return new Span(readings.get(0).at(), readings.get(readings.size() - 1).at());
    }

    /** How many readings there are. */
    public int size() {
        return readings.size();
    }

    /** The most that any reading shows. */
    public double peakWatts() {
        return readings.stream().mapToDouble(Reading::watts).max().orElseThrow();
    }

    /** What was used in a time, by the trapezoidal rule. */
    public Energy energy(Span time) {
        double joules = 0;
        Duration covered = Duration.ZERO;
        List<Span> gaps = new ArrayList<>();
        Instant known = time.from();
        for (int i = firstUpTo(time.from()); i + 1 < readings.size(); i++) {
            Reading left = readings.get(i);
            Reading right = readings.get(i + 1);
            if (!left.at().isBefore(time.to())) {
                break;
            }
            Instant from = later(left.at(), time.from());
            Instant to = earlier(right.at(), time.to());
            if (!from.isBefore(to) || isGap(left, right)) {
                continue;
            }
            addGap(gaps, known, from);
            Duration length = Duration.between(from, to);
            joules +=
                    (watts(left, right, from) + watts(left, right, to))
                            / 2
                            * Energy.seconds(length);
            covered = covered.plus(length);
            known = to;
        }
        addGap(gaps, known, time.to());
        return new Energy(joules, covered, gaps);
    }

    private boolean isGap(Reading left, Reading right) {
        return Duration.between(left.at(), right.at()).compareTo(gapMax) > 0;
    }

    /** The last reading that is not later, or the first of all. */
    private int firstUpTo(Instant time) {
        int low = 0;
        int high = readings.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (readings.get(middle).at().isAfter(time)) {
                high = middle - 1;
            } else {
                low = middle;
            }
        }
        return low;
    }

    private static double watts(Reading left, Reading right, Instant at) {
        double share =
                Energy.seconds(Duration.between(left.at(), at))
                        / Energy.seconds(Duration.between(left.at(), right.at()));
        return left.watts() + share * (right.watts() - left.watts());
    }

    private static void addGap(List<Span> gaps, Instant from, Instant to) {
        if (from.isBefore(to)) {
            gaps.add(new Span(from, to));
        }
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
