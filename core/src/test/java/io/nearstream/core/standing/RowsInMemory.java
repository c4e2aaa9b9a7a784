package io.nearstream.core.standing;

import io.nearstream.core.model.Version;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** The rows of a shard, in memory. */
final class RowsInMemory implements ShardStore {
    private final Map<Part, Map<String, byte[]>> parts = new EnumMap<>(Part.class);
    private final Map<String, Registration> waiting = new TreeMap<>();

    /** Writes a shard, and reads all that is written into a new one with its frontier. */
    void move(StandingShard from, StandingShard to) throws Exception {
        from.flush(this);
        for (Part part : Part.values()) {
            of(part).forEach((key, row) -> to.restore(part, key, row));
        }
        to.restored();
        waiting.values().forEach(to::restore);
    }

    private Map<String, byte[]> of(Part part) {
        return parts.computeIfAbsent(part, unknown -> new TreeMap<>());
    }

    @Override
    public void put(Part part, String key, byte[] row) {
        of(part).put(key, row);
    }

    @Override
    public void remove(Part part, String key) {
        of(part).remove(key);
    }

    @Override
    public void putWaiting(Registration registration) {
        Version stamp = registration.stamp();
        waiting.put(stamp.partition() + "/" + stamp.offset(), registration);
    }

    @Override
    public void removeWaiting(int partition, long offset) {
        waiting.remove(partition + "/" + offset);
    }

    int size() {
        return waiting.size() + parts.values().stream().mapToInt(Map::size).sum();
    }
}
