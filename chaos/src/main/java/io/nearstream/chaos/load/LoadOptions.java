package io.nearstream.chaos.load;

import java.time.Duration;

/**
 * How much load there is; {@link #DEFAULT} is more than a run must attempt, which is 500 vector
 * writes, 500 operations on keys and 50 probes a second.
 *
 * @param clients of each kind, 1 to 64; each has a connection of its own
 * @param vectorWrites a second, of all writers
 * @param keyOperations a second, of all key-value clients
 * @param probes a second, of all probers
 * @param ids records that are written, 10 to 5,000: all of them fit into one answer
 * @param keys keys that are written, 10 to 100,000
 * @param k nearest that are asked for
 * @param deadline of a probe, and of an operation on a key, 1 to 60 s
 * @param renewAfter a client that was in vain for so long is opened anew
 */
public record LoadOptions(
        int clients,
        int vectorWrites,
        int keyOperations,
        int probes,
        int ids,
        int keys,
        int k,
        Duration deadline,
        Duration renewAfter) {
    /** A little more than must be attempted, on two connections each. */
    public static final LoadOptions DEFAULT =
            new LoadOptions(
                    2, 505, 505, 51, 2_000, 400, 10, Duration.ofSeconds(8), Duration.ofSeconds(12));

    public LoadOptions {
        within("clients", clients, 1, 64);
        within("ids", ids, 10, 5_000);
        within("keys", keys, 10, 100_000);
        within("deadline in seconds", deadline.toSeconds(), 1, 60);
    }

    private static void within(String name, long value, long low, long high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(
                    "%s must be between %d and %d, but was %d.".formatted(name, low, high, value));
        }
    }
}
