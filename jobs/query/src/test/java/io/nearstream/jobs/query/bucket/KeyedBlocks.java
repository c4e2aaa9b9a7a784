package io.nearstream.jobs.query.bucket;

import io.nearstream.jobs.query.message.BucketKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.ListState;

/** A list state over keys in memory. Not thread-safe. */
final class KeyedBlocks implements ListState<byte[]> {
    private final Map<BucketKey, List<byte[]>> byKey = new HashMap<>();
    private BucketKey key;

    Map<BucketKey, List<byte[]>> byKey() {
        return byKey;
    }

    void setKey(BucketKey next) {
        key = next;
    }

    @Override
    public Iterable<byte[]> get() {
        return byKey.get(key);
    }

    @Override
    public void add(byte[] block) {
        byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(block);
    }

    @Override
    public void update(List<byte[]> blocks) {
        byKey.put(key, new ArrayList<>(blocks));
    }

    @Override
    public void addAll(List<byte[]> blocks) {
        blocks.forEach(this::add);
    }

    @Override
    public void clear() {
        byKey.remove(key);
    }

    int bytes() {
        return byKey.values().stream().flatMap(List::stream).mapToInt(block -> block.length).sum();
    }
}
