package io.nearstream.bench;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Tells when the next of so many calls a second is due. Who falls behind is told of calls that were
 * due long ago, and so measures the time that a user would have waited. Not thread-safe.
 */
public final class Pacer {
    private final double intervalNanos;
    private final long start;
    private long calls;

    /** Starts now; the rate is above 0. */
    public Pacer(double perSecond) {
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.start = System.nanoTime();
    }

    /** Waits until the next call is due; the moment, of {@link System#nanoTime}. */
    public long awaitNext() throws InterruptedException {
        long due = start + (long) (calls++ * intervalNanos);
        for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
            LockSupport.parkNanos(due - now);
            if (Thread.interrupted()) {
                throw new InterruptedException("Stopped.");
            }
        }
        return due;
    }
}
