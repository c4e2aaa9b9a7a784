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
        until(what, PATIENCE, condition);
    }

    /** Returns once the condition holds, within some time. */
    public static void until(String what, Duration patience, Callable<Boolean> condition)
            throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Waited %s in vain until %s.".formatted(patience, what));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }
}
