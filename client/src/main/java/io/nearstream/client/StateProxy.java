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

    /** A connection gets so long to its first answer, however impatient its callers are. */
    private static final long CONNECT_NANOS = 1_000_000_000L;

    private final String address;
    private final StateCalls.Opener opener;
    @Nullable private volatile StateCalls calls;
    private volatile long restsUntil;
    private volatile boolean resting;
    private volatile long lastAnswer;
    private long openedAt;
    private int failures;
    private boolean closed;

    StateProxy(String address, StateCalls.Opener opener, long nowNanos) {
        this.address = address;
        this.opener = opener;
        this.lastAnswer = nowNanos - 1;
        this.openedAt = nowNanos;
    }

    String address() {
        return address;
    }

    /** Whether it is to be asked before others that rest. */
    boolean isRested(long nowNanos) {
        return !resting || nowNanos - restsUntil >= 0;
    }

    /** The connection, opened if there is none. */
    StateCalls calls(long nowNanos) throws IOException {
        StateCalls open = calls;
        return open != null ? open : open(nowNanos);
    }

    private synchronized StateCalls open(long nowNanos) throws IOException {
        if (closed) {
            throw new IOException("The reader was closed.");
        }
        if (calls == null) {
            calls = opener.open(address);
            openedAt = nowNanos;
        }
        return calls;
    }

    /** Whether it is this address, {@code IP:PORT}, that its open connection leads to. */
    boolean isAt(String peer) {
        StateCalls open = calls;
        return open != null && open.peer().equals(peer);
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

    /**
     * A call has ended without an answer about its key; the proxy rests.
     *
     * @param failed the connection that it was made over; null if there was none
     * @param renew whether the connection is given up
     * @return the connection to close, if it was given up
     */
    @Nullable
    synchronized StateCalls failed(@Nullable StateCalls failed, boolean renew, long nowNanos) {
        if (failed != calls) {
            return null; // It has been renewed since.
        }
        failures = Math.min(failures + 1, REST_DOUBLINGS_MAX);
        restsUntil = nowNanos + (REST_MIN_NANOS << (failures - 1));
        resting = true;
        if (!renew) {
            return null;
        }
        calls = null;
        return failed;
    }

    /**
     * A call has taken too long. Had the proxy answered others since it began, only that call would
     * hang; else the proxy rests, and a connection that is not just being made is given up.
     *
     * @param startNanos when the call began
     * @return the connection to close, if it was given up
     */
    @Nullable
    synchronized StateCalls hangs(@Nullable StateCalls slow, long startNanos, long nowNanos) {
        return lastAnswer - startNanos < 0
                ? failed(slow, nowNanos - openedAt >= CONNECT_NANOS, nowNanos)
                : null;
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
