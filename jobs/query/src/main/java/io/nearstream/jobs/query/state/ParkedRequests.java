package io.nearstream.jobs.query.state;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.runtime.state.StateInitializationContext;

/**
 * Requests that wait for query time. They lie on the heap and are written at a checkpoint. After a
 * restore every subtask gets all of them, since the parallelism may have changed: whoever releases
 * one answers for the keys it owns.
 *
 * @param <T> the request
 */
public final class ParkedRequests<T> {
    private static final long GIVE_UP_INTERVAL_MS = 1_000;

    private final ListState<T> state;
    private final int max;
    private final List<T> restored = new ArrayList<>();
    private final PriorityQueue<Waiting<T>> queue = new PriorityQueue<>();
    private long nextGiveUp = Long.MIN_VALUE;

    private record Waiting<T>(long until, T request) implements Comparable<Waiting<T>> {
        @Override
        public int compareTo(Waiting<T> other) {
            return Long.compare(until, other.until);
        }
    }

    private ParkedRequests(ListState<T> state, int max) {
        this.state = state;
        this.max = max;
    }

    /** What was parked at the checkpoint, to be looked through with {@link #restored}. */
    public static <T> ParkedRequests<T> restore(
            StateInitializationContext context, String name, TypeSerializer<T> serializer, int max)
            throws Exception {
        ListState<T> state =
                context.getOperatorStateStore()
                        .getUnionListState(new ListStateDescriptor<>(name, serializer));
        ParkedRequests<T> parked = new ParkedRequests<>(state, max);
        for (T request : state.get()) {
            parked.restored.add(request);
        }
        return parked;
    }

    /**
     * The restored requests of all subtasks; each is handed out once, to be parked again or not.
     */
    public List<T> restored() {
        List<T> all = List.copyOf(restored);
        restored.clear();
        return all;
    }

    /**
     * Keeps a request until query time reaches a time.
     *
     * @return false where too many wait already
     */
    public boolean park(T request, long until) {
        if (queue.size() >= max) {
            return false;
        }
        queue.add(new Waiting<>(until, request));
        return true;
    }

    /** Hands out every request whose time has come. */
    public List<T> release(long queryTime) {
        if (queue.isEmpty() || queue.peek().until() > queryTime) {
            return List.of();
        }
        List<T> released = new ArrayList<>();
        while (!queue.isEmpty() && queue.peek().until() <= queryTime) {
            released.add(queue.poll().request());
        }
        return released;
    }

    /**
     * Gives up requests that nobody waits for any more, once a second: one that wants a time which
     * never comes must not keep its place.
     *
     * @param now wall clock, milliseconds since 1970
     */
    public void giveUp(long now, Predicate<T> late) {
        if (!queue.isEmpty() && now >= nextGiveUp) {
            nextGiveUp = now + GIVE_UP_INTERVAL_MS;
            queue.removeIf(waiting -> late.test(waiting.request()));
        }
    }

    /** Requests that wait. */
    public int size() {
        return queue.size();
    }

    /** Writes what waits. */
    public void snapshot() throws Exception {
        List<T> all = new ArrayList<>(restored);
        queue.forEach(waiting -> all.add(waiting.request()));
        state.update(all);
    }
}
