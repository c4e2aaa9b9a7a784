package io.nearstream.client;

import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.core.model.Limits;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the state of the running job. A get goes to the proxy beside its key, or to all in turn,
 * passing over those that have just failed; whatever fails is tried again until the deadline, where
 * all have failed by one get for all of its key group. An answer completes the get on the network
 * thread that brought it; one thread looks after all deadlines and attempts. Thread-safe.
 */
final class LiveReader implements KeyValueReader {
    private static final Logger LOG = LoggerFactory.getLogger(LiveReader.class);
    private static final long PAUSE_MIN_MS = 5;
    private static final String CLOSED = "The reader was closed.";

    private final LiveReadOptions options;
    private final LongSupplier nanos;
    private final Runnable onClose;
    private final long deadlineNanos;
    private final long attemptNanos;
    private final StateProxies proxies;
    private final Set<LiveRead> inFlight = ConcurrentHashMap.newKeySet();
    private final Semaphore room;
    private final Thread sweeper = new Thread(this::sweepUntilClosed, "nearstream-live-deadlines");
    private volatile boolean closed;

    /**
     * The thread that looks after deadlines waits for {@link #startSweeping}.
     *
     * @param nanos the clock of deadlines: {@link System#nanoTime}
     */
    LiveReader(
            LiveReadOptions options,
            StateCalls.Opener opener,
            LongSupplier nanos,
            Runnable onClose) {
        this.options = options;
        this.nanos = nanos;
        this.onClose = onClose;
        this.deadlineNanos = options.deadline().toNanos();
        this.attemptNanos = options.attemptTimeout().toNanos();
        this.room = new Semaphore(options.inFlightMax());
        long now = nanos.getAsLong();
        this.proxies =
                new StateProxies(
                        options.addresses().stream()
                                .map(address -> new StateProxy(address, opener, now))
                                .toList(),
                        now);
        this.sweeper.setDaemon(true);
    }

    static LiveReader start(LiveReadOptions options, Runnable onClose) {
        FlinkStateNetwork network =
                new FlinkStateNetwork(options.job(), options.addresses().size());
        LiveReader reader =
                new LiveReader(
                        options,
                        network,
                        System::nanoTime,
                        () -> {
                            network.close();
                            onClose.run();
                        });
        return reader.startSweeping();
    }

    LiveReader startSweeping() {
        sweeper.start();
        return this;
    }

    @Override
    public CompletableFuture<Optional<KeyValue>> get(String key) {
        Gets.checkKey(key);
        LiveRead read = new LiveRead(key, nanos.getAsLong());
        if (!hasRoom()) {
            read.answer()
                    .completeExceptionally(
                            new NearstreamException(
                                    "The read of %s was not sent within %d ms: %d others wait for their answers."
                                            .formatted(
                                                    Limits.quote(key),
                                                    options.deadline().toMillis(),
                                                    options.inFlightMax())));
            return read.answer();
        }
        inFlight.add(read);
        if (closed) {
            fail(read, new NearstreamException(CLOSED));
        } else {
            // The deadline counts from the call; the attempt from when there was room for it.
            long now = nanos.getAsLong();
            attempt(read, now);
            if (now - read.startNanos() >= TimeUnit.MILLISECONDS.toNanos(PAUSE_MIN_MS)) {
                LockSupport.unpark(sweeper);
            }
        }
        return read.answer();
    }

    private boolean hasRoom() {
        try {
            return room.tryAcquire() || room.tryAcquire(deadlineNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            throw Calls.interrupted("waiting to read a key", interrupted);
        }
    }

    @Override
    public CompletableFuture<Map<String, KeyValue>> getAll(Collection<String> keys) {
        return Gets.all(keys, this::get);
    }

    private void attempt(LiveRead read, long now) {
        StateProxy proxy = proxies.choose(read, now);
        if (proxy == null) {
            if (Thread.currentThread() != sweeper) {
                LockSupport.unpark(sweeper); // It may not have known when to look at this one.
            }
            return;
        }
        LiveRead.Attempt attempt;
        CompletableFuture<KeyValueEntry> call;
        try {
            StateCalls calls = proxy.calls(now);
            attempt = new LiveRead.Attempt(proxy, calls, now);
            read.begin(attempt);
            call = calls.get(read.key());
            proxies.learn(read, calls, now);
        } catch (IOException noConnection) {
            attempt = new LiveRead.Attempt(proxy, null, now);
            read.begin(attempt);
            call = CompletableFuture.failedFuture(noConnection);
        }
        LiveRead.Attempt made = attempt;
        call.whenComplete(
                (entry, failure) -> {
                    if (failure == null) {
                        found(read, proxy, entry);
                    } else {
                        ended(read, made, failure);
                    }
                });
    }

    private void found(LiveRead read, StateProxy proxy, @Nullable KeyValueEntry entry) {
        proxy.answered(nanos.getAsLong());
        reached(read);
        if (!take(read)) {
            return;
        }
        try {
            read.answer()
                    .complete(
                            entry == null
                                    ? Optional.empty()
                                    : Gets.visible(read.key(), entry, options.clock().millis()));
        } catch (IllegalStateException broken) {
            read.answer().completeExceptionally(read.unreadable(broken));
        }
    }

    private void reached(LiveRead read) {
        if (proxies.answered(read, nanos.getAsLong())) {
            LockSupport.unpark(sweeper);
        }
    }

    private void ended(LiveRead read, LiveRead.Attempt attempt, Throwable failure) {
        if (FlinkStateFailures.isNoSuchKey(failure)) {
            found(read, attempt.proxy(), null);
        } else if (FlinkStateFailures.isUnreadable(failure)) {
            reached(read);
            fail(read, read.unreadable(Gets.unwrap(failure)));
        } else {
            long now = nanos.getAsLong();
            proxies.failed(read, attempt.proxy());
            StateCalls givenUp =
                    attempt.proxy()
                            .failed(attempt.calls(), !FlinkStateFailures.isAnswer(failure), now);
            again(read, attempt, failure, now);
            close(givenUp);
        }
    }

    private void again(LiveRead read, LiveRead.Attempt attempt, Throwable failure, long now) {
        if (!read.failed(attempt, failure, proxies.size(), now)) {
            return;
        }
        if (now - read.startNanos() >= deadlineNanos) {
            fail(read, read.unreachable(options));
        } else if (!closed && read.failsOver()) {
            attempt(read, now);
        } else {
            proxies.outOfReach(read);
            LockSupport.unpark(sweeper);
        }
    }

    /** Ends and repeats what is due. */
    void sweep() {
        long now = nanos.getAsLong();
        for (LiveRead read : inFlight) {
            LiveRead.Attempt overdue = read.overdue(now, attemptNanos);
            if (overdue != null) {
                proxies.failed(read, overdue.proxy());
                StateCalls givenUp =
                        overdue.proxy().hangs(overdue.calls(), overdue.startNanos(), now);
                again(read, overdue, overdue.noAnswer(options), now);
                close(givenUp);
            } else if (now - read.startNanos() >= deadlineNanos) {
                fail(read, read.unreachable(options));
            } else if (read.isDue(now) || proxies.isReleased(read)) {
                attempt(read, now);
            }
        }
    }

    /** Last, for it fails every other call that is made over the connection. */
    private static void close(@Nullable StateCalls givenUp) {
        if (givenUp != null) {
            givenUp.close();
        }
    }

    private void sweepUntilClosed() {
        while (!closed) {
            try {
                sweep();
            } catch (RuntimeException failure) {
                LOG.error("Looking after the deadlines of reads failed; it goes on.", failure);
            }
            pause();
        }
    }

    /** Sleeps before it parks: parking ends at once after a failure, however many there are. */
    private void pause() {
        try {
            Thread.sleep(PAUSE_MIN_MS);
        } catch (InterruptedException nobodyDoes) {
            LOG.error("Looking after the deadlines of reads was interrupted; it goes on.");
        }
        long idle = idleNanos();
        if (!closed && idle > 0) {
            LockSupport.parkNanos(idle);
        }
    }

    /**
     * How long nothing is due, unless an attempt fails or a get begins to wait for another; 0 or
     * less if something is.
     */
    long idleNanos() {
        long now = nanos.getAsLong();
        return inFlight.stream()
                .mapToLong(read -> read.idleNanos(now, attemptNanos, deadlineNanos))
                .reduce(Math.min(attemptNanos, deadlineNanos), Math::min);
    }

    /** Whoever takes a get out ends it. */
    private boolean take(LiveRead read) {
        if (!inFlight.remove(read)) {
            return false;
        }
        room.release();
        return true;
    }

    private void fail(LiveRead read, NearstreamException cause) {
        if (take(read)) {
            read.answer().completeExceptionally(cause);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(sweeper);
        inFlight.forEach(read -> fail(read, new NearstreamException(CLOSED)));
        proxies.close();
        onClose.run();
    }
}
