package io.nearstream.bench.keyvalue;

import java.math.BigDecimal;
import java.math.MathContext;

/** Figures as they stand in a report. */
final class Figures {
    /** More digits than a measurement has are hard to read. */
    private static final MathContext DIGITS = new MathContext(5);

    private Figures() {}

    static double rounded(double figure) {
        return Double.isFinite(figure) ? new BigDecimal(figure).round(DIGITS).doubleValue() : 0;
    }
}
