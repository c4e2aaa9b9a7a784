package io.nearstream.jobs.common.keyvalue;

import io.nearstream.core.keyvalue.KeyValueEntry;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * The keyed state of the key-value store, which is a contract with readers: a plain Flink {@code
 * QueryableStateClient} that is given this name, this key type and this descriptor reads what our
 * own client reads.
 */
public final class KeyValueState {
    /** The name under which the ingest job publishes the state. Permanent. */
    public static final String QUERYABLE_NAME = "nearstream-kv";

    /** The name of the state in savepoints. Permanent. */
    public static final String STATE_NAME = "key-value";

    /** Keys are strings, as the writer gave them. */
    public static final TypeInformation<String> KEY_TYPE = Types.STRING;

    private KeyValueState() {}

    /** A new descriptor of the state, for the operator that keeps it: it publishes the state. */
    @SuppressWarnings(
            "deprecation") // shipped with 2.3 and without a successor: docs/decisions/0011
    public static ValueStateDescriptor<KeyValueEntry> published() {
        ValueStateDescriptor<KeyValueEntry> descriptor = descriptor();
        descriptor.setQueryable(QUERYABLE_NAME);
        return descriptor;
    }

    /** A new descriptor of the state, for a client that reads. */
    public static ValueStateDescriptor<KeyValueEntry> descriptor() {
        return new ValueStateDescriptor<>(STATE_NAME, KeyValueEntrySerializer.INSTANCE);
    }
}
