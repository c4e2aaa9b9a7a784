package io.nearstream.client;

import java.io.IOException;
import javax.annotation.Nullable;

/**
 * One proxy's address with the connection to it, which is renewed when it fails: Flink's client
 * never connects again once it could not. A proxy that fails rests for a while, so that others are
 * asked first. Thread-safe.
 */
final class StateProxy {
    private static final long REST_MIN_NANOS = 20_000_000L;
    private static final int REST_DOUBLINGS_MAX = 6;

    private final String address;
    private final StateCalls.Opener opener;
    @Nullable private volatile StateCalls calls;
    private volatile long restsUntil;
    private volatile boolean resting;
    private volatile long lastAnswer;
    private int failures;
    private boolean closed;

    StateProxy(String address, StateCalls.Opener opener, long nowNanos) {
        this.address = address;
        this.opener = opener;
        this.lastAnswer = nowNanos - 1;
    }

    String address() {
        return address;
    }

    /** Whether it is to be asked before others that rest. */
    boolean isRested(long nowNanos) {
        return !resting || nowNanos - restsUntil >= 0;
    }

    /** The connection, opened if there is none. */
    StateCalls calls() throws IOException {
        StateCalls open = calls;
        return open != null ? open : open();
    }

    private synchronized StateCalls open() throws IOException {
        if (closed) {
            throw new IOException("The reader was closed.");
        }
        if (calls == null) {
            calls = opener.open(address);
        }
        return calls;
    }

    /** The proxy has given an answer about a key. */
    void answered(long nowNanos) {
        lastAnswer = nowNanos;
        if (resting) {
            rested();
        }
    }

    private synchronized void rested() {
        resting = false;
        failures = 0;
    }

    /** Whether it has answered nothing since then: if it has, only one call hangs. */
    boolean isSilentSince(long thenNanos) {
        return lastAnswer - thenNanos < 0;
    }

    /**
     * A call has failed; the proxy rests.
     *
     * @param failed the connection that it was made over; null if there was none
     * @param renew whether the connection is given up
     */
    void failed(@Nullable StateCalls failed, boolean renew, long nowNanos) {
        synchronized (this) {
            if (failed != calls) {
                return; // It has been renewed since.
            }
            failures = Math.min(failures + 1, REST_DOUBLINGS_MAX);
            restsUntil = nowNanos + (REST_MIN_NANOS << (failures - 1));
            resting = true;
            if (renew) {
                calls = null;
            }
        }
        if (renew && failed != null) {
            failed.close();
        }
    }

    void close() {
        StateCalls open;
        synchronized (this) {
            closed = true;
            open = calls;
            calls = null;
        }
        if (open != null) {
            open.close();
        }
    }
}
