package io.nearstream.jobs.ingest.keyvalue;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.queryablestate.client.state.serialization.KvStateSerializer;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.internal.InternalKvState;

/**
 * Answers for every key of a subtask where that subtask is. It is no state: nothing of it is kept,
 * or in a savepoint. But as Queryable State asks the subtask that has a key's state, who asks here
 * learns which one that is. Thread-safe.
 */
final class HolderState implements InternalKvState<String, VoidNamespace, String> {
    private final byte[] address;

    /**
     * @param address IP:PORT of the proxy in this process
     */
    HolderState(String address) throws IOException {
        this.address = KvStateSerializer.serializeValue(address, StringSerializer.INSTANCE);
    }

    @Override
    public byte[] getSerializedValue(
            byte[] keyAndNamespace,
            TypeSerializer<String> keys,
            TypeSerializer<VoidNamespace> namespaces,
            TypeSerializer<String> values) {
        return address;
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
    public TypeSerializer<String> getValueSerializer() {
        return StringSerializer.INSTANCE;
    }

    @Override
    public void setCurrentNamespace(VoidNamespace namespace) {
        throw new UnsupportedOperationException("There is none to choose.");
    }

    @Override
    public StateIncrementalVisitor<String, VoidNamespace, String> getStateIncrementalVisitor(
            int entriesAtOnce) {
        throw new UnsupportedOperationException("There are no entries.");
    }

    @Override
    public void clear() {
        throw new UnsupportedOperationException("There are no entries.");
    }
}
