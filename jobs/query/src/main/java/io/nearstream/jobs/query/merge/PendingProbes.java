package io.nearstream.jobs.query.merge;

import io.nearstream.jobs.query.message.ProbeKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.runtime.tasks.ProcessingTimeService;

/**
 * The answers that a subtask gathers, by probe: each ends when all of it has arrived or its
 * deadline has come. They lie on the heap and are written to keyed state at a checkpoint only. Of
 * no more than so many it is waited for. Belongs to the task's thread.
 *
 * @param <P> what is gathered
 */
final class PendingProbes<P extends Pending<P>> {
    /** Timers are for multiples of this, so that deadlines close to one another share one. */
    static final long DEADLINE_GRAIN_MS = 10;

    /** How long parts may come after the answer went out, or before it is known what was asked. */
    private static final long STRAY_MS = 120_000;

    private final ValueState<P> state;
    private final Consumer<ProbeKey> toKey;
    private final ProcessingTimeService time;
    private final int waitingMax;
    private final Start<P> start;
    private final End<P> end;
    private final Map<ProbeKey, P> pending = new HashMap<>();
    private final PriorityQueue<Due> dues = new PriorityQueue<>();
    private final Set<ProbeKey> written = new HashSet<>();

    /** Of the pending ones, those that somebody waits for. */
    private int waiting;

    @Nullable private ScheduledFuture<?> timer;
    private long timerAt;

    private record Due(long at, ProbeKey key) implements Comparable<Due> {
        @Override
        public int compareTo(Due other) {
            return Long.compare(at, other.at);
        }
    }

    /** Makes what is gathered of a probe that is heard of for the first time. */
    @FunctionalInterface
    interface Start<P> {
        /** Nothing yet. */
        P of(ProbeKey key, long since);
    }

    /** Sends an answer out. */
    @FunctionalInterface
    interface End<P> {
        /** All of it has arrived, or its deadline has come. */
        void of(P answer) throws Exception;
    }

    /**
     * What was pending at the checkpoint, if there was one.
     *
     * @param state what is written at a checkpoint
     * @param name of the state
     * @param toKey makes a probe the current key of the state
     * @param waitingMax probes that wait for their answer at once, at most
     */
    PendingProbes(
            ValueState<P> state,
            KeyedStateBackend<ProbeKey> backend,
            String name,
            Consumer<ProbeKey> toKey,
            ProcessingTimeService time,
            int waitingMax,
            Start<P> start,
            End<P> end)
            throws Exception {
        this.state = state;
        this.toKey = toKey;
        this.time = time;
        this.waitingMax = waitingMax;
        this.start = start;
        this.end = end;
        List<ProbeKey> keys;
        try (Stream<ProbeKey> stored = backend.getKeys(name, VoidNamespace.INSTANCE)) {
            keys = stored.toList();
        }
        for (ProbeKey key : keys) {
            toKey.accept(key);
            P answer = state.value().copy();
            pending.put(key, answer);
            written.add(key);
            dues.add(new Due(dueAt(answer), key));
            waiting += isWaiting(answer) ? 1 : 0;
        }
    }

    /** Sends out what is due, now and from now on. */
    void keepDeadlines() throws Exception {
        checkDeadlines();
        awaitNext();
    }

    /** Most answers go out long before they are due: nobody is woken up for those. */
    private void awaitNext() {
        while (!dues.isEmpty() && !pending.containsKey(dues.peek().key())) {
            dues.poll();
        }
        if (dues.isEmpty()) {
            return;
        }
        long at = -Math.floorDiv(-dues.peek().at(), DEADLINE_GRAIN_MS) * DEADLINE_GRAIN_MS;
        // A timer is a delay once it is registered: one that has passed was, before the clock was
        // put on.
        if (timer == null || at < timerAt || timerAt < time.getCurrentProcessingTime()) {
            if (timer != null) {
                timer.cancel(false);
            }
            timerAt = at;
            timer = time.registerTimer(at, timestamp -> timerFired(at));
        }
    }

    private void timerFired(long at) throws Exception {
        if (at == timerAt) { // Else it was cancelled when it could not be any more.
            timer = null;
            keepDeadlines();
        }
    }

    private static long dueAt(Pending<?> answer) {
        long strayUntil = answer.since() + STRAY_MS;
        return answer.answered() ? strayUntil : answer.dueAt().orElse(strayUntil);
    }

    /** What has arrived of a probe's answer; nothing yet where it was not heard of. */
    P of(ProbeKey key) {
        P known = pending.get(key);
        if (known == null) {
            known = start.of(key, time.getCurrentProcessingTime());
            pending.put(key, known);
            dueChanged(known);
        }
        return known;
    }

    private void dueChanged(P answer) {
        dues.add(new Due(dueAt(answer), answer.key()));
        awaitNext();
    }

    private static boolean isWaiting(Pending<?> answer) {
        return !answer.answered() && answer.dueAt().isPresent();
    }

    /**
     * It is known now what was asked, and when the answer is due.
     *
     * @return whether it waits; if not, too many do already: it is to be refused
     */
    boolean admit(P answer) {
        if (waiting >= waitingMax) {
            return false;
        }
        waiting++;
        dueChanged(answer);
        return true;
    }

    /** Sends an answer out and forgets it if all of it is there. */
    void endIfComplete(P answer) throws Exception {
        if (answer.complete()) {
            pending.remove(answer.key());
            if (!answer.answered()) {
                waiting--;
                end.of(answer);
            }
        }
    }

    private void checkDeadlines() throws Exception {
        long now = time.getCurrentProcessingTime();
        while (!dues.isEmpty() && dues.peek().at() <= now) {
            P answer = pending.get(dues.poll().key());
            if (answer != null && dueAt(answer) <= now) {
                if (isWaiting(answer)) {
                    waiting--;
                    end.of(answer);
                    answer.markAnswered();
                    dues.add(new Due(dueAt(answer), answer.key()));
                } else {
                    pending.remove(answer.key());
                }
            }
        }
    }

    /** Writes what is pending. */
    void snapshot() throws Exception {
        for (ProbeKey key : written) {
            if (!pending.containsKey(key)) {
                toKey.accept(key);
                state.clear();
            }
        }
        written.clear();
        for (P answer : pending.values()) {
            toKey.accept(answer.key());
            state.update(answer.copy()); // a heap backend writes it later
            written.add(answer.key());
        }
    }

    /** Answers that somebody waits for. */
    int waiting() {
        return waiting;
    }
}
