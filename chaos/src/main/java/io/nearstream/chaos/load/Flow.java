package io.nearstream.chaos.load;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** Does something a few times a second until it is stopped; stopping tells of its failure. */
final class Flow {
    private static final long PAUSE_MS = 50;

    private final Runnable step;
    private final Thread thread;
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private volatile boolean stopped;

    Flow(String name, Runnable step) {
        this.step = step;
        this.thread = new Thread(this::run, "chaos-" + name);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!stopped) {
                step.run();
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
            }
        } catch (InterruptedException impossible) {
            failure.set(new IllegalStateException("Nobody interrupts it.", impossible));
        } catch (RuntimeException e) {
            failure.set(e);
        }
    }

    void stop() throws InterruptedException {
        stopped = true;
        thread.join();
        if (failure.get() != null) {
            throw failure.get();
        }
    }
}
