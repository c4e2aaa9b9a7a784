package io.nearstream.bench.power;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A part of time that is not empty.
 *
 * @param from its first moment
 * @param to its end, later than {@code from}
 */
public record Span(Instant from, Instant to) {
    public Span {
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException(
                    "to must be later than from, %s, but was %s.".formatted(from, to));
        }
    }

    /** How long it is. */
    public Duration length() {
        return Duration.between(from, to);
    }

    /** Its length in seconds. */
    public double seconds() {
        return Energy.seconds(length());
    }

    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("from", from.toString());
        document.put("to", to.toString());
        document.put("seconds", seconds());
        return document;
    }
}
