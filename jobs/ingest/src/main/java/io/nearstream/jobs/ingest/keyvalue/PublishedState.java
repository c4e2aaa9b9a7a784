package io.nearstream.jobs.ingest.keyvalue;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.runtime.query.TaskKvStateRegistry;
import org.apache.flink.runtime.state.internal.InternalKvState;
import org.apache.flink.util.ResourceGuard;

/**
 * A keyed state that threads of Queryable State read until it is closed; closing waits for those
 * that are just reading. Flink itself does not wait: it frees RocksDB's handles while a read may
 * still hold them, and the next step of that read ends the whole process. Reads are thread-safe.
 *
 * @param <K> keys
 * @param <N> namespaces
 * @param <V> values
 */
final class PublishedState<K, N, V> implements InternalKvState<K, N, V>, AutoCloseable {
    private final InternalKvState<K, N, V> state;
    private final TaskKvStateRegistry registry;
    private final ResourceGuard readers = new ResourceGuard();

    /**
     * Not yet to be found by readers.
     *
     * @param state as the backend keeps it
     * @param registry of the task, where readers find it once it is registered
     */
    PublishedState(InternalKvState<K, N, V> state, TaskKvStateRegistry registry) {
        this.state = state;
        this.registry = registry;
    }

    @Override
    public byte[] getSerializedValue(
            byte[] keyAndNamespace,
            TypeSerializer<K> keys,
            TypeSerializer<N> namespaces,
            TypeSerializer<V> values)
            throws Exception {
        try (ResourceGuard.Lease reading = lease()) {
            return state.getSerializedValue(keyAndNamespace, keys, namespaces, values);
        }
    }

    private ResourceGuard.Lease lease() throws IOException {
        try {
            return readers.acquireResource();
        } catch (IOException closed) {
            throw new IOException("The subtask that keeps this key is being ended.", closed);
        }
    }

    /** No reader finds it from now on, and when this returns no reader is at work. */
    @Override
    public void close() {
        try {
            registry.unregisterAll();
        } finally {
            readers.closeUninterruptibly();
        }
    }

    @Override
    public TypeSerializer<K> getKeySerializer() {
        return state.getKeySerializer();
    }

    @Override
    public TypeSerializer<N> getNamespaceSerializer() {
        return state.getNamespaceSerializer();
    }

    @Override
    public TypeSerializer<V> getValueSerializer() {
        return state.getValueSerializer();
    }

    @Override
    public void setCurrentNamespace(N namespace) {
        state.setCurrentNamespace(namespace);
    }

    @Override
    public StateIncrementalVisitor<K, N, V> getStateIncrementalVisitor(int entriesAtOnce) {
        return state.getStateIncrementalVisitor(entriesAtOnce);
    }

    @Override
    public void clear() {
        state.clear();
    }
}
