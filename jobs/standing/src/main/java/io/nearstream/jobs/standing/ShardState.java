package io.nearstream.jobs.standing;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.standing.Registration;
import io.nearstream.core.standing.ShardStore;
import io.nearstream.core.standing.StandingShard;
import io.nearstream.jobs.common.state.IndexChangeSerializer;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;

/**
 * The keyed state of shards: rows of the one whose key is current. Belongs to the task's thread.
 */
final class ShardState implements ShardStore {
    /** Every shard has it. */
    static final String FRONTIER = "standing-frontier";

    private final Map<Part, MapState<String, byte[]>> parts = new EnumMap<>(Part.class);
    private final ValueState<Long> frontier;
    private final ValueState<Integer> shards;
    private final ValueState<byte[]> cells;
    private final ListState<IndexChange> changes;
    private final ListState<Registration> registrations;

    /** How an operator gives keyed state. */
    interface Access {
        <S extends State> S get(StateDescriptor<S, ?> descriptor) throws Exception;
    }

    ShardState(Access access) throws Exception {
        parts.put(Part.RECORDS, rows(access, "standing-records"));
        parts.put(Part.QUERIES, rows(access, "standing-queries"));
        parts.put(Part.ANSWERS, rows(access, "standing-answers"));
        frontier = access.get(new ValueStateDescriptor<>(FRONTIER, LongSerializer.INSTANCE));
        shards = access.get(new ValueStateDescriptor<>("standing-shards", IntSerializer.INSTANCE));
        cells =
                access.get(
                        new ValueStateDescriptor<>("standing-cells", ShardRowSerializer.INSTANCE));
        changes =
                access.get(
                        new ListStateDescriptor<>(
                                "standing-changes-waiting", IndexChangeSerializer.INSTANCE));
        registrations =
                access.get(
                        new ListStateDescriptor<>(
                                "standing-registrations-waiting", RegistrationSerializer.INSTANCE));
    }

    private static MapState<String, byte[]> rows(Access access, String name) throws Exception {
        return access.get(
                new MapStateDescriptor<>(
                        name, StringSerializer.INSTANCE, ShardRowSerializer.INSTANCE));
    }

    /** Whether there is state of the current key. */
    boolean isThere() throws Exception {
        return frontier.value() != null;
    }

    long frontier() throws Exception {
        return frontier.value();
    }

    byte[] cells() throws Exception {
        return cells.value();
    }

    /** Refuses state of another number of shards: queries would be in other ones. */
    void requireShards(int count) throws Exception {
        int written = shards.value();
        if (written != count) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "The state has %d shards, but this job would have %d. Set 'nearstream.standing.shards' to %d, or start without state.",
                            written,
                            count,
                            written));
        }
    }

    /** Puts all rows and what waits into a shard. */
    void restoreTo(StandingShard shard) throws Exception {
        for (Part part : Part.values()) {
            for (Map.Entry<String, byte[]> row : parts.get(part).entries()) {
                shard.restore(part, row.getKey(), row.getValue());
            }
        }
        shard.restored();
        for (IndexChange change : all(changes)) {
            shard.change(change);
        }
        for (Registration registration : all(registrations)) {
            shard.register(registration);
        }
    }

    /** Flink gives null where there is nothing. */
    private static <T> Iterable<T> all(ListState<T> state) throws Exception {
        Iterable<T> values = state.get();
        return values == null ? List.of() : values;
    }

    /** Writes a shard, all that changed and what waits. */
    void write(StandingShard shard, byte[] centroids, int count) throws Exception {
        shard.flush(this);
        frontier.update(shard.frontier());
        if (cells.value() == null) {
            cells.update(centroids);
            shards.update(count);
        }
        changes.update(shard.waitingChanges());
        registrations.update(shard.waitingRegistrations());
    }

    @Override
    public void put(Part part, String key, byte[] row) throws Exception {
        parts.get(part).put(key, row);
    }

    @Override
    public void remove(Part part, String key) throws Exception {
        parts.get(part).remove(key);
    }
}
