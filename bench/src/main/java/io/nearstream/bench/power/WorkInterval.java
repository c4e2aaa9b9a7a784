package io.nearstream.bench.power;

/**
 * What a cluster did in a time.
 *
 * @param time when
 * @param operations that were done, at least 0
 */
public record WorkInterval(Span time, long operations) {
    public WorkInterval {
        if (operations < 0) {
            throw new IllegalArgumentException(
                    "operations must be at least 0, but was %d.".formatted(operations));
        }
    }
}
