package io.nearstream.client;

import io.nearstream.core.standing.QueryName;
import java.util.HashMap;
import java.util.Map;

/**
 * When to ask for the snapshot of which query: at once, and where none comes, after 10 s, 20 s and
 * so on, up to 5 minutes apart, since a job that does not run reads every question later. Not
 * thread-safe.
 */
final class SnapshotAsks {
    static final long FIRST_WAIT_MS = 10_000;
    static final long WAIT_MS_MAX = 300_000;

    private final Map<QueryName, Wait> waits = new HashMap<>();

    private record Wait(long until, long next) {}

    /** Something else was asked that is answered by a snapshot: there is time for that. */
    void expect(QueryName query, long now) {
        waits.putIfAbsent(query, new Wait(now + FIRST_WAIT_MS, 2 * FIRST_WAIT_MS));
    }

    /** Whether to ask now; then it counts as asked. */
    boolean isDue(QueryName query, long now) {
        Wait wait = waits.get(query);
        if (wait != null && now < wait.until()) {
            return false;
        }
        long ms = wait == null ? FIRST_WAIT_MS : wait.next();
        waits.put(query, new Wait(now + ms, Math.min(2 * ms, WAIT_MS_MAX)));
        return true;
    }

    /** There is no need to ask. */
    void forget(QueryName query) {
        waits.remove(query);
    }
}
