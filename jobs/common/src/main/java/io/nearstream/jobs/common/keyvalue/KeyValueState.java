package io.nearstream.jobs.common.keyvalue;

import io.nearstream.core.keyvalue.KeyValueEntry;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * The keyed state of the key-value store, which is a contract with readers: a plain Flink {@code
 * QueryableStateClient} that is given this name, this key type and this descriptor reads what our
 * own client reads.
 */
public final class KeyValueState {
    /** The name under which the ingest job publishes the state. Permanent. */
    public static final String QUERYABLE_NAME = "nearstream-kv";

    /**
     * The name under which the ingest job says where a key is kept: asked for any key as for its
     * state, the answer is IP:PORT of the queryable-state proxy beside it, as a string. Permanent.
     */
    public static final String HOLDER_NAME = "nearstream-kv-holder";

    /** The key groups of the job that keeps the keys: its highest parallelism. Permanent. */
    public static final int KEY_GROUPS = 128;

    /** The name of the state in savepoints. Permanent. */
    public static final String STATE_NAME = "key-value";

    /** Keys are strings, as the writer gave them. */
    public static final TypeInformation<String> KEY_TYPE = Types.STRING;

    private KeyValueState() {}

    /** The key group of a key, 0 to {@link #KEY_GROUPS} - 1. */
    public static int keyGroup(String key) {
        return KeyGroupRangeAssignment.assignToKeyGroup(key, KEY_GROUPS);
    }

    /** A new descriptor of the state, for the operator that keeps it and for clients that read. */
    public static ValueStateDescriptor<KeyValueEntry> descriptor() {
        return new ValueStateDescriptor<>(STATE_NAME, KeyValueEntrySerializer.INSTANCE);
    }
}
