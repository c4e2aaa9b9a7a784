package io.nearstream.chaos.run;

import io.nearstream.chaos.load.Load;
import io.nearstream.chaos.load.Served;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Lets the load grow to its full rate, and waits until it is answered: a cold system is slow for
 * reasons that no fault has. What is asked and written meanwhile is judged like all else; how much
 * was served, and how fast, is counted from its end on.
 */
final class WarmUp {
    private static final double[] RAMP = {0.1, 0.2, 0.4, 0.7};
    private static final Duration STEP = Duration.ofSeconds(5);
    private static final Duration WITHIN = Duration.ofSeconds(120);
    private static final double SHARE = 0.95;
    private static final double NANOS = 1e9;

    private WarmUp() {}

    /** Returns when the system is warm, or takes too long: then with that failure. */
    static List<String> of(Load load, Consumer<String> progress) throws InterruptedException {
        progress.accept("Warming up.");
        long start = System.nanoTime();
        for (double factor : RAMP) {
            load.setFactor(factor);
            TimeUnit.NANOSECONDS.sleep(STEP.toNanos());
        }
        load.setFactor(1);
        List<Served> before = load.served();
        double share = 0;
        while (share < SHARE) {
            if (System.nanoTime() - start > WITHIN.toNanos()) {
                return List.of(
                        "one client got answers to only %.0f %% %s after the load began; each must get %.0f %% before faults may begin"
                                .formatted(100 * share, WITHIN, 100 * SHARE));
            }
            TimeUnit.NANOSECONDS.sleep(STEP.toNanos());
            List<Served> now = load.served();
            share = least(before, now);
            before = now;
        }
        progress.accept(
                "Warm after %.0f s: each client gets at least %.0f %% answered."
                        .formatted((System.nanoTime() - start) / NANOS, 100 * share));
        return List.of();
    }

    private static double least(List<Served> before, List<Served> now) {
        return IntStream.range(0, now.size())
                .mapToDouble(client -> now.get(client).shareSince(before.get(client)))
                .min()
                .orElseThrow();
    }
}
