package io.nearstream.client;

import io.nearstream.jobs.common.keyvalue.KeyValueState;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.annotation.Nullable;

/**
 * Who tries where nobody answers. Flink's proxy asks the JobManager for each get whose state it
 * does not find, and goes on asking when the get has been given up; all gets of an outage together
 * would keep the processors from what ends it. So once a get has failed at every address, one at a
 * time tries for its key group, and the others of the group wait for it: a circuit breaker, half
 * open. Thread-safe.
 */
final class KeyGroupTrials {
    /** Whose attempt hangs for so long lets another try beside it. */
    private static final long TRIAL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** By key group; null where the state answers, as far as is known. */
    private final AtomicReferenceArray<LiveRead> leaders =
            new AtomicReferenceArray<>(KeyValueState.KEY_GROUPS);

    /** By key group: when its state answered last. */
    private final AtomicLongArray answeredAt = new AtomicLongArray(KeyValueState.KEY_GROUPS);

    KeyGroupTrials(long nowNanos) {
        for (int group = 0; group < KeyValueState.KEY_GROUPS; group++) {
            answeredAt.set(group, nowNanos);
        }
    }

    /** The get that this one has to wait for; null if it may try. */
    @Nullable
    LiveRead ahead(LiveRead read, long nowNanos) {
        int group = group(read);
        LiveRead leader = leaders.get(group);
        if (leader == null || leader == read) {
            return null;
        }
        boolean over = leader.answer().isDone() || leader.overdue(nowNanos, TRIAL_NANOS) != null;
        return over && leaders.compareAndSet(group, leader, read) ? null : leader;
    }

    /** A get has failed at every address, one after the other. */
    void outOfReach(LiveRead read) {
        int group = group(read);
        if (answeredAt.get(group) - read.roundNanos() <= 0) {
            leaders.compareAndSet(group, null, read);
        }
    }

    /** The state has answered a get; true if it was out of reach. */
    boolean answered(LiveRead read, long nowNanos) {
        int group = group(read);
        answeredAt.set(group, nowNanos);
        return leaders.get(group) != null && leaders.getAndSet(group, null) != null;
    }

    /** Whether nobody has to wait in the key group of a get. */
    boolean isWithinReach(LiveRead read) {
        return leaders.get(group(read)) == null;
    }

    private static int group(LiveRead read) {
        return KeyValueState.keyGroup(read.key());
    }
}
