package io.nearstream.client;

import javax.annotation.Nullable;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.queryablestate.client.VoidNamespace;
import org.apache.flink.queryablestate.client.VoidNamespaceSerializer;
import org.apache.flink.queryablestate.client.state.serialization.KvStateSerializer;
import org.apache.flink.runtime.state.internal.InternalKvState;

/** A state by text keys, as a backend gives it to Flink's server of queries, that a test fills. */
final class FakeState<V> implements InternalKvState<String, VoidNamespace, V> {
    private final Values<V> values;
    private final TypeSerializer<V> serializer;

    /** What is under a key; null where there is nothing. */
    @FunctionalInterface
    interface Values<V> {
        @Nullable
        V at(String key) throws Exception;
    }

    FakeState(Values<V> values, TypeSerializer<V> serializer) {
        this.values = values;
        this.serializer = serializer;
    }

    @Override
    public TypeSerializer<String> getKeySerializer() {
        return StringSerializer.INSTANCE;
    }

    @Override
    public TypeSerializer<VoidNamespace> getNamespaceSerializer() {
        return VoidNamespaceSerializer.INSTANCE;
    }

    @Override
    public TypeSerializer<V> getValueSerializer() {
        return serializer;
    }

    @Override
    public void setCurrentNamespace(VoidNamespace namespace) {
        throw new UnsupportedOperationException("Queries name their namespace.");
    }

    @Override
    @Nullable
    public byte[] getSerializedValue(
            byte[] keyAndNamespace,
            TypeSerializer<String> keys,
            TypeSerializer<VoidNamespace> namespaces,
            TypeSerializer<V> ofValues)
            throws Exception {
        String key =
                KvStateSerializer.deserializeKeyAndNamespace(keyAndNamespace, keys, namespaces).f0;
        V value = values.at(key);
        return value == null ? null : KvStateSerializer.serializeValue(value, ofValues);
    }

    @Override
    public StateIncrementalVisitor<String, VoidNamespace, V> getStateIncrementalVisitor(
            int recommendedMaxNumberOfReturnedRecords) {
        throw new UnsupportedOperationException("Nobody iterates.");
    }

    @Override
    public void clear() {
        throw new UnsupportedOperationException("Queries only read.");
    }
}
