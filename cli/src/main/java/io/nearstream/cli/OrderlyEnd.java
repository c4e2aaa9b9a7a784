package io.nearstream.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * From its creation until its end is reached, Ctrl-C interrupts the calling thread and waits for it
 * to close what it has opened, instead of ending the process under it.
 */
final class OrderlyEnd {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final CountDownLatch reached = new CountDownLatch(1);
    private final Thread worker = Thread.currentThread();
    private volatile boolean asked;

    OrderlyEnd() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "nearstream-stop"));
    }

    private void end() {
        if (reached.getCount() == 0) {
            return;
        }
        asked = true;
        worker.interrupt();
        try {
            if (!reached.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println(
                        "nearstream: it did not end in order; files may be left behind.");
            }
        } catch (InterruptedException nobodyWaits) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether somebody wants the process to end before it has reached its own. */
    boolean isAsked() {
        return asked;
    }

    /** Everything is reached. */
    void reached() {
        reached.countDown();
    }
}
