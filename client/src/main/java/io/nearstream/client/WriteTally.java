package io.nearstream.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.annotation.Nullable;

/**
 * Keeps count of many writes: how many were acknowledged, the latest append time among them, and
 * the first failure. Thread-safe.
 */
public final class WriteTally {
    private long tracked;
    private long acknowledged;
    private long failed;
    private long lastAppendTime = Long.MIN_VALUE;
    @Nullable private Throwable firstFailure;

    /**
     * Counts a write.
     *
     * @throws NearstreamException if an earlier one has failed: there is no point in going on
     */
    public void track(CompletableFuture<WriteReceipt> write) {
        synchronized (this) {
            checkNoFailure();
            tracked++;
        }
        write.whenComplete(this::ended);
    }

    private synchronized void ended(@Nullable WriteReceipt receipt, @Nullable Throwable failure) {
        if (receipt != null) {
            acknowledged++;
            lastAppendTime = Math.max(lastAppendTime, receipt.appendTime());
        } else {
            failed++;
            if (firstFailure == null) {
                firstFailure = failure;
            }
        }
        if (acknowledged + failed == tracked) {
            notifyAll();
        }
    }

    /** Writes that were acknowledged so far. */
    public synchronized long acknowledged() {
        return acknowledged;
    }

    /**
     * Waits until every tracked write has ended.
     *
     * @return the latest append time, milliseconds since 1970; {@link Long#MIN_VALUE} without a
     *     write
     * @throws NearstreamException if one failed, or they do not end in time
     */
    public synchronized long await(Duration timeout) {
        long start = System.nanoTime();
        while (acknowledged + failed < tracked) {
            long leftMs =
                    TimeUnit.NANOSECONDS.toMillis(timeout.toNanos() - (System.nanoTime() - start));
            if (leftMs <= 0) {
                throw new NearstreamException(
                        "%d of %d writes were not acknowledged within %d ms."
                                .formatted(
                                        tracked - acknowledged - failed,
                                        tracked,
                                        timeout.toMillis()));
            }
            try {
                wait(leftMs);
            } catch (InterruptedException interrupted) {
                throw Calls.interrupted("waiting for acknowledgements", interrupted);
            }
        }
        checkNoFailure();
        return lastAppendTime;
    }

    private void checkNoFailure() {
        if (firstFailure != null) {
            throw new NearstreamException(firstFailure.getMessage(), firstFailure);
        }
    }
}
