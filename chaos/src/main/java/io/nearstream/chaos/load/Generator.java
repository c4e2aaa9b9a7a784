package io.nearstream.chaos.load;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that sends operations at a rate, however slowly they are answered. Where sending
 * itself is held up, what was due meanwhile is sent as soon as it can be.
 */
final class Generator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Generator.class);

    /** Each costs a change of threads; what is due meanwhile leaves together, as it lingers. */
    private static final long TICK_MS = 25;

    private static final double NANOS_PER_SECOND = 1e9;

    private final Consumer<SplittableRandom> sender;
    private final double rate;
    private final DoubleSupplier factor;
    private final SplittableRandom random;
    private final Thread thread;
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private volatile boolean stopped;

    /**
     * Not yet running.
     *
     * @param rate operations a second
     * @param factor that the rate is multiplied by, at each moment
     */
    Generator(
            String name,
            Consumer<SplittableRandom> sender,
            double rate,
            DoubleSupplier factor,
            SplittableRandom random) {
        this.sender = sender;
        this.rate = rate;
        this.factor = factor;
        this.random = random;
        this.thread = new Thread(this::run, "chaos-load-" + name);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        double due = 0;
        long before = System.nanoTime();
        try {
            while (!stopped) {
                TimeUnit.MILLISECONDS.sleep(TICK_MS);
                long now = System.nanoTime();
                due += (now - before) / NANOS_PER_SECOND * rate * factor.getAsDouble();
                before = now;
                for (; due >= 1 && !stopped; due--) {
                    sender.accept(random);
                }
            }
        } catch (InterruptedException impossible) {
            failure.set(new IllegalStateException("Nobody interrupts the load.", impossible));
        } catch (RuntimeException e) {
            LOG.error("{} has ended early.", thread.getName(), e);
            failure.set(e);
        }
    }

    /** Sends nothing more, and waits until the last is sent. */
    @Override
    public void close() throws InterruptedException {
        stopped = true;
        thread.join();
        if (failure.get() != null) {
            throw new IllegalStateException(thread.getName() + " has ended early.", failure.get());
        }
    }
}
