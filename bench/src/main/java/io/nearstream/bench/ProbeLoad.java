package io.nearstream.bench;

import io.nearstream.core.model.Limits;
import java.util.List;

/**
 * How hard the index is asked.
 *
 * @param inFlight probes that wait for their answers at the same time, 1 to 10,000
 * @param batch query vectors of each probe, 1 to 256
 */
public record ProbeLoad(int inFlight, int batch) {
    /** One probe of one vector after the other. */
    public static final ProbeLoad ONE_BY_ONE = new ProbeLoad(1, 1);

    /** What the benchmark measures unless it is told otherwise. */
    public static final ProbeLoad DEFAULT = new ProbeLoad(16, 1);

    /** The loads of {@code --sweeps}. */
    public static final List<ProbeLoad> SWEEPS =
            List.of(DEFAULT, new ProbeLoad(256, 1), new ProbeLoad(16, 32));

    /** As many as a client keeps waiting. */
    public static final int IN_FLIGHT_MAX = 10_000;

    public ProbeLoad {
        requireRange("--in-flight", inFlight, IN_FLIGHT_MAX);
        requireRange("--batch", batch, Limits.DEFAULT.batchVectors());
    }

    private static void requireRange(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(
                    "%s must be between 1 and %d, but was %d.".formatted(option, most, value));
        }
    }
}
