package io.nearstream.cli;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * Writes under way, bounded in number and in bytes, and what became of them. One thread sends;
 * answers come on any.
 */
final class KvFlight {
    /** Enough to fill the broker's batches, and soon told when one fails. */
    static final int WRITES_MAX = 2_000;

    /** Large values would take the heap otherwise: 2,000 of them may have 2 GB. */
    static final int BYTES_MAX = 32 << 20;

    private final Semaphore writes = new Semaphore(WRITES_MAX);
    private final Semaphore bytes = new Semaphore(BYTES_MAX);
    private final LongAdder done = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /**
     * Waits until one more may be under way.
     *
     * @param size of it in bytes, 0 to {@link #BYTES_MAX}
     */
    void enter(int size) throws InterruptedException {
        writes.acquire();
        bytes.acquire(size);
    }

    /** Counts what becomes of a write that has entered, and makes room then. */
    void track(int size, CompletableFuture<Boolean> applied) {
        applied.whenComplete(
                (held, problem) -> {
                    if (problem != null) {
                        failed.increment();
                        failure.compareAndSet(null, problem);
                    } else if (held) {
                        done.increment();
                    } else {
                        refused.increment();
                    }
                    bytes.release(size);
                    writes.release();
                });
    }

    /** Waits until none is under way. */
    void land() throws InterruptedException {
        writes.acquire(WRITES_MAX);
        writes.release(WRITES_MAX);
    }

    /** The first failure. */
    Optional<Throwable> failure() {
        return Optional.ofNullable(failure.get());
    }

    /** Writes that are in force, or with the broker where nobody waits for more. */
    long done() {
        return done.sum();
    }

    /** Writes whose condition did not hold. */
    long refused() {
        return refused.sum();
    }

    /** Writes that failed or of which nobody knows. */
    long failed() {
        return failed.sum();
    }
}
