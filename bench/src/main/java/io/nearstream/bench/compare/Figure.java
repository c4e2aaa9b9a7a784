package io.nearstream.bench.compare;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;

/**
 * A figure that may not be known: then it says why.
 *
 * @param value the figure over the rounds
 * @param reason why there is none
 */
public record Figure(Optional<Spread> value, Optional<String> reason) {
    /** More digits than a measurement has are hard to read. */
    private static final MathContext DIGITS = new MathContext(5);

    public Figure {
        if (value.isPresent() == reason.isPresent()) {
            throw new IllegalArgumentException(
                    "A figure has either a value or a reason, but was %s and %s."
                            .formatted(value, reason));
        }
    }

    /** One round's figure: a number, or why there is none. */
    public record Single(double number, Optional<String> reason) {
        static Single of(double number) {
            return new Single(number, Optional.empty());
        }

        static Single none(String reason) {
            return new Single(Double.NaN, Optional.of(reason));
        }

        /** Of two figures of the same round. */
        Single with(Single other, DoubleBinaryOperator operation) {
            if (reason.isPresent()) {
                return this;
            }
            if (other.reason.isPresent()) {
                return other;
            }
            double both = operation.applyAsDouble(number, other.number);
            return Double.isFinite(both)
                    ? of(both)
                    : none("%s and %s have no ratio".formatted(number, other.number));
        }
    }

    /** Over rounds. A round without the figure leaves none: a median of fewer would look alike. */
    static Figure over(List<Single> rounds) {
        List<Double> numbers = new ArrayList<>();
        for (Single round : rounds) {
            if (round.reason.isPresent()) {
                return none(round.reason.get());
            }
            numbers.add(round.number);
        }
        return rounds.isEmpty()
                ? none("no round was measured")
                : new Figure(Optional.of(Spread.of(numbers)), Optional.empty());
    }

    static Figure none(String reason) {
        return new Figure(Optional.empty(), Optional.of(reason));
    }

    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        value.ifPresent(spread -> document.putAll(spread.document()));
        reason.ifPresent(
                why -> {
                    document.put("median", null);
                    document.put("reason", why);
                });
        return document;
    }

    static double rounded(double number) {
        return Double.isFinite(number) ? new BigDecimal(number).round(DIGITS).doubleValue() : 0;
    }
}
