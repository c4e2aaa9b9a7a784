package io.nearstream.client;

import io.nearstream.jobs.common.keyvalue.KeyValueState;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.annotation.Nullable;

/**
 * The proxies of a reader, and which one a get is sent to: the one beside the key, where that is
 * known, else each in its turn. Any proxy answers for all keys, but passes on what is kept
 * elsewhere. Where keys are is asked now and then, for a key of each key group; a job that does not
 * say is asked more seldom. Thread-safe.
 */
final class StateProxies {
    /** State moves when the job is rescaled, or goes on elsewhere. */
    private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** A job of an earlier build says nothing, and a proxy asks the JobManager each time. */
    private static final long SILENT_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final List<StateProxy> all;
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicReferenceArray<StateProxy> holders =
            new AtomicReferenceArray<>(KeyValueState.KEY_GROUPS);
    private final AtomicLongArray askAt = new AtomicLongArray(KeyValueState.KEY_GROUPS);
    private final KeyGroupTrials trials;

    StateProxies(List<StateProxy> all, long nowNanos) {
        this.all = List.copyOf(all);
        this.trials = new KeyGroupTrials(nowNanos);
        for (int group = 0; group < KeyValueState.KEY_GROUPS; group++) {
            askAt.set(group, nowNanos);
        }
    }

    int size() {
        return all.size();
    }

    /**
     * The proxy for a get's next attempt; null where another get tries for it, and it waits. Only
     * the first attempt goes to where the key was last.
     */
    @Nullable
    StateProxy choose(LiveRead read, long nowNanos) {
        LiveRead ahead = trials.ahead(read, nowNanos);
        if (ahead != null) {
            read.waitsFor(ahead, nowNanos);
            return null;
        }
        StateProxy holder = read.isFresh() ? holders.get(group(read)) : null;
        return holder != null && holder.isRested(nowNanos) ? holder : next(nowNanos);
    }

    /** Each in its turn; one that rests only if all do. */
    private StateProxy next(long nowNanos) {
        int first = turn.getAndIncrement();
        for (int i = 0; i < all.size(); i++) {
            StateProxy proxy = all.get(Math.floorMod(first + i, all.size()));
            if (proxy.isRested(nowNanos)) {
                return proxy;
            }
        }
        return all.get(Math.floorMod(first, all.size()));
    }

    /** Asks where the key is, over the connection of its get, if nobody has for a while. */
    void learn(LiveRead read, StateCalls calls, long nowNanos) {
        if (all.size() == 1) {
            return;
        }
        int group = group(read);
        long due = askAt.get(group);
        if (nowNanos - due >= 0 && askAt.compareAndSet(group, due, nowNanos + ASK_AGAIN_NANOS)) {
            calls.holder(read.key()).whenComplete((peer, failure) -> told(group, peer, nowNanos));
        }
    }

    private void told(int group, @Nullable String peer, long askedNanos) {
        StateProxy holder = null;
        for (StateProxy proxy : all) {
            if (peer != null && proxy.isAt(peer)) {
                holder = proxy;
            }
        }
        holders.set(group, holder);
        if (peer == null) {
            askAt.set(group, askedNanos + SILENT_NANOS);
        }
    }

    /** A get has failed where its key was thought to be. */
    void failed(LiveRead read, StateProxy proxy) {
        holders.compareAndSet(group(read), proxy, null);
    }

    /** A get has failed at every address, one after the other. */
    void outOfReach(LiveRead read) {
        trials.outOfReach(read);
    }

    /** The state has answered a get; true if it was out of reach. */
    boolean answered(LiveRead read, long nowNanos) {
        return trials.answered(read, nowNanos);
    }

    /** Whether a get waits for another and need not any more. */
    boolean isReleased(LiveRead read) {
        return read.isWaitingForOther() && trials.isWithinReach(read);
    }

    private static int group(LiveRead read) {
        return KeyValueState.keyGroup(read.key());
    }

    void close() {
        all.forEach(StateProxy::close);
    }
}
