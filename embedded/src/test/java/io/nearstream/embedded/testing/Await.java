package io.nearstream.embedded.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits in tests for what happens elsewhere; a condition that never holds is a failure. */
public final class Await {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final long POLL_MS = 10;

    private Await() {}

    /** Returns once the condition holds. */
    public static void until(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Waited %s in vain until %s.".formatted(PATIENCE, what));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }
}
