package io.nearstream.jobs.query.rerank;

import io.nearstream.core.model.RecordKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;

/**
 * Requests that have overtaken their record. Candidates wait until their deadline, up to a number
 * of bytes in all; moves wait however long it takes, one for each entry that a bucket gives up at
 * most. They lie in keyed state; what they sum up to is known on the heap. Makes the record that it
 * is asked for the current key itself. Belongs to the task's thread.
 */
final class WaitingRequests {
    private static final String STATE = "waiting-candidates";

    private final ListState<RecordRequest> state;
    private final Consumer<RecordKey> toKey;
    private final long bytesMax;
    private final Map<RecordKey, Held> held = new HashMap<>();
    private long bytes;
    private int moves;

    /** What waits for one record: bytes of its candidates, number of its moves. */
    private record Held(long bytes, int moves) {
        private static final Held NOTHING = new Held(0, 0);

        private Held plus(RecordRequest request) {
            return request.move().isPresent()
                    ? new Held(bytes, moves + 1)
                    : new Held(bytes + request.bytes(), moves);
        }
    }

    /**
     * What waited at the checkpoint, if there was one.
     *
     * @param bytesMax of candidates; whoever finds no room does not wait
     */
    WaitingRequests(
            KeyedStateStore store,
            KeyedStateBackend<RecordKey> backend,
            Consumer<RecordKey> toKey,
            long bytesMax)
            throws Exception {
        this.state =
                store.getListState(
                        new ListStateDescriptor<>(STATE, RecordRequestSerializer.INSTANCE));
        this.toKey = toKey;
        this.bytesMax = bytesMax;
        List<RecordKey> restored;
        try (Stream<RecordKey> keys = backend.getKeys(STATE, VoidNamespace.INSTANCE)) {
            restored = keys.toList();
        }
        for (RecordKey record : restored) {
            toKey.accept(record);
            for (RecordRequest request : state.get()) {
                add(record, request);
            }
        }
    }

    /**
     * Keeps a request until its record has come.
     *
     * @return false where it is for a candidate and too many wait already
     */
    boolean park(RecordKey record, RecordRequest request) throws Exception {
        if (request.move().isEmpty() && bytes + request.bytes() > bytesMax) {
            return false;
        }
        toKey.accept(record);
        state.add(request);
        add(record, request);
        return true;
    }

    private void add(RecordKey record, RecordRequest request) {
        hold(record, held.getOrDefault(record, Held.NOTHING).plus(request));
    }

    private void hold(RecordKey record, Held now) {
        Held before = now.equals(Held.NOTHING) ? held.remove(record) : held.put(record, now);
        bytes += now.bytes() - (before == null ? 0 : before.bytes());
        moves += now.moves() - (before == null ? 0 : before.moves());
    }

    /** Answers a request, if it can. */
    @FunctionalInterface
    interface Attempt {
        /** Whether the request need not wait any more. */
        boolean ends(RecordRequest request) throws Exception;
    }

    /**
     * Tries every request that waits for a record.
     *
     * @return how many have ended
     */
    int attempt(RecordKey record, Attempt attempt) throws Exception {
        if (!held.containsKey(record)) {
            return 0;
        }
        toKey.accept(record);
        List<RecordRequest> all = new ArrayList<>();
        state.get().forEach(all::add);
        List<RecordRequest> still = new ArrayList<>();
        Held now = Held.NOTHING;
        for (RecordRequest request : all) {
            if (!attempt.ends(request)) {
                still.add(request);
                now = now.plus(request);
            }
        }
        toKey.accept(record);
        state.update(still);
        hold(record, now);
        return all.size() - still.size();
    }

    /** Forgets what waits for a record. */
    void forget(RecordKey record) {
        toKey.accept(record);
        state.clear();
        hold(record, Held.NOTHING);
    }

    /** Whether moves wait for a record. */
    boolean hasMoves(RecordKey record) {
        return held.getOrDefault(record, Held.NOTHING).moves() > 0;
    }

    /** Records that requests wait for. */
    int records() {
        return held.size();
    }

    /** Bytes of all candidates that wait. */
    long bytes() {
        return bytes;
    }

    /** Moves that wait. */
    int moves() {
        return moves;
    }
}
