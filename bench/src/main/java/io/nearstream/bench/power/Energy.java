package io.nearstream.bench.power;

import java.time.Duration;
import java.util.List;

/**
 * What was used between two moments, as far as a meter tells.
 *
 * @param joules in the covered time
 * @param covered time between readings that are close enough to each other
 * @param gaps the rest of the time, in its order
 */
public record Energy(double joules, Duration covered, List<Span> gaps) {
    public Energy {
        gaps = List.copyOf(gaps);
    }

    /** Whether the meter covers all of the time. */
    public boolean isComplete() {
        return gaps.isEmpty();
    }

    /** Mean power of the covered time, which must not be empty. */
    public double meanWatts() {
        if (covered.isZero()) {
            throw new IllegalStateException("No time is covered, so there is no mean power.");
        }
        return joules / seconds(covered);
    }

    /** A duration as a number. */
    static double seconds(Duration duration) {
        return duration.getSeconds() + duration.getNano() / 1e9;
    }
}
