package io.nearstream.jobs.standing;

import io.nearstream.core.standing.Registration;
import io.nearstream.core.standing.ShardStore;
import io.nearstream.core.standing.StandingShard;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
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
    private final ValueState<ShardOrigin> origin;
    private final ValueState<byte[]> cells;
    private final MapState<String, Registration> registrations;

    /** How an operator gives keyed state. */
    interface Access {
        <S extends State> S get(StateDescriptor<S, ?> descriptor) throws Exception;
    }

    ShardState(Access access) throws Exception {
        parts.put(Part.RECORDS, rows(access, "standing-records"));
        parts.put(Part.QUERIES, rows(access, "standing-queries"));
        parts.put(Part.PAGES, rows(access, "standing-answer-pages"));
        parts.put(Part.ANSWERS, rows(access, "standing-answers"));
        frontier = access.get(new ValueStateDescriptor<>(FRONTIER, LongSerializer.INSTANCE));
        origin =
                access.get(
                        new ValueStateDescriptor<>(
                                "standing-origin", ShardOriginSerializer.INSTANCE));
        cells =
                access.get(
                        new ValueStateDescriptor<>("standing-cells", CentroidsSerializer.INSTANCE));
        registrations =
                access.get(
                        new MapStateDescriptor<>(
                                "standing-registrations-waiting",
                                StringSerializer.INSTANCE,
                                RegistrationSerializer.INSTANCE));
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

    /** What the state was made for. */
    ShardOrigin origin() throws Exception {
        return origin.value();
    }

    /** Puts all rows and registrations that wait into a shard. */
    void restoreTo(StandingShard shard) throws Exception {
        for (Part part : Part.values()) {
            for (Map.Entry<String, byte[]> row : parts.get(part).entries()) {
                shard.restore(part, row.getKey(), row.getValue());
            }
        }
        shard.restored();
        for (Registration registration : registrations.values()) {
            shard.restore(registration);
        }
    }

    /** Writes what changed of a shard since the last time. */
    void write(StandingShard shard, byte[] centroids, ShardOrigin madeFor) throws Exception {
        shard.flush(this);
        frontier.update(shard.frontier());
        if (origin.value() == null) {
            cells.update(centroids);
            origin.update(madeFor);
        }
    }

    @Override
    public void put(Part part, String key, byte[] row) throws Exception {
        parts.get(part).put(key, row);
    }

    @Override
    public void remove(Part part, String key) throws Exception {
        parts.get(part).remove(key);
    }

    @Override
    public void putWaiting(Registration registration) throws Exception {
        registrations.put(
                place(registration.stamp().partition(), registration.stamp().offset()),
                registration);
    }

    @Override
    public void removeWaiting(int partition, long offset) throws Exception {
        registrations.remove(place(partition, offset));
    }

    private static String place(int partition, long offset) {
        return partition + "/" + offset;
    }
}
