package io.nearstream.client;

import io.nearstream.core.standing.QueryName;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * When to ask for something of which query: at once, and where nothing comes of it, after a wait
 * that is twice as long each time, up to 5 minutes, since a job that does not run reads every
 * question later. Not thread-safe.
 */
final class Asks {
    static final long FIRST_WAIT_MS = 10_000;
    static final long WAIT_MS_MAX = 300_000;

    private final long firstWaitMs;
    private final Map<QueryName, Wait> waits = new HashMap<>();

    private record Wait(long until, long next) {}

    /**
     * Nothing was asked yet.
     *
     * @param firstWaitMs before a question is repeated, 1 to {@link #WAIT_MS_MAX}
     */
    Asks(long firstWaitMs) {
        this.firstWaitMs = firstWaitMs;
    }

    /** Something else was asked that is answered by the same: there is time for that. */
    void expect(QueryName query, long now) {
        waits.putIfAbsent(query, new Wait(now + firstWaitMs, later(firstWaitMs)));
    }

    /** Whether to ask now; then it counts as asked. */
    boolean isDue(QueryName query, long now) {
        Wait wait = waits.get(query);
        if (wait != null && now < wait.until()) {
            return false;
        }
        long ms = wait == null ? firstWaitMs : wait.next();
        waits.put(query, new Wait(now + ms, later(ms)));
        return true;
    }

    private static long later(long ms) {
        return Math.min(2 * ms, WAIT_MS_MAX);
    }

    /** There is no need to ask. */
    void forget(QueryName query) {
        waits.remove(query);
    }

    /** Forgets all others, which are over: whoever takes such a name later is another query. */
    void retain(Set<QueryName> queries) {
        waits.keySet().retainAll(queries);
    }
}
