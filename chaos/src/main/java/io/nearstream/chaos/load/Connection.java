package io.nearstream.chaos.load;

import io.nearstream.client.KeyValueReader;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that is opened anew when it was in vain for a while, as a user would restart a program
 * that does not recover. Opening is tried for ever, by a thread of its own. Thread-safe.
 */
final class Connection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final long LOOK_EVERY_MS = 200;

    /**
     * What a client offers, opened together.
     *
     * @param client the client
     * @param strong reads of keys through the log
     * @param live reads of state; empty where nobody answers them
     */
    record Opened(NearstreamClient client, KeyValueReader strong, Optional<KeyValueReader> live) {}

    private final Supplier<Opened> opener;
    private final long patienceNanos;
    private final Thread renewer;
    @Nullable private volatile Opened opened;
    private volatile long lastGood = System.nanoTime();
    private volatile boolean failing;
    private volatile boolean closed;
    private volatile int renewals;

    private Connection(String name, Supplier<Opened> opener, Duration patience) {
        this.opener = opener;
        this.patienceNanos = patience.toNanos();
        this.renewer = new Thread(this::renew, "chaos-renew-" + name);
        this.renewer.setDaemon(true);
    }

    /**
     * Opens a client and keeps it open.
     *
     * @param opener may throw a {@link NearstreamException}, and is then called again
     * @param patience how long operations may fail before the client is given up
     */
    static Connection open(String name, Supplier<Opened> opener, Duration patience) {
        Connection connection = new Connection(name, opener, patience);
        connection.renewer.start();
        return connection;
    }

    /** The client as it is now; null while there is none. */
    @Nullable
    Opened now() {
        return opened;
    }

    /**
     * Waits until there is a client.
     *
     * @throws IllegalStateException if there is none in time
     */
    void awaitOpen(Duration limit) throws InterruptedException {
        long giveUpAt = System.nanoTime() + limit.toNanos();
        while (opened == null) {
            if (System.nanoTime() > giveUpAt) {
                throw new IllegalStateException("No client can be opened in %s.".formatted(limit));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
        }
    }

    /** An operation was served. */
    void good() {
        lastGood = System.nanoTime();
        failing = false;
    }

    /** An operation was not served. */
    void bad() {
        failing = true;
    }

    /** How often the client was given up. */
    int renewals() {
        return renewals;
    }

    private void renew() {
        while (!closed) {
            Opened old = opened;
            boolean inVain = failing && System.nanoTime() - lastGood > patienceNanos;
            if (old == null || inVain) {
                open(old);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
            } catch (InterruptedException end) {
                return; // Only close() interrupts.
            }
        }
    }

    private void open(@Nullable Opened old) {
        try {
            Opened fresh = opener.get();
            opened = fresh;
            good();
            if (old != null) {
                renewals++;
                LOG.info("A client was in vain for {} s and is opened anew.", patienceNanos / 1e9);
                giveUp(old);
            }
            if (closed) {
                fresh.client().close();
            }
        } catch (NearstreamException unreachable) {
            LOG.debug("A client could not be opened, and is tried again.", unreachable);
        }
    }

    /** Closing waits for what will not come. */
    private static void giveUp(Opened old) {
        Thread closer = new Thread(() -> old.client().close(), "chaos-give-up");
        closer.setDaemon(true);
        closer.start();
    }

    /** Ends the client, and what it still has under way. */
    @Override
    public void close() {
        closed = true;
        renewer.interrupt();
        Opened last = opened;
        if (last != null) {
            last.client().close();
        }
    }
}
